// Streams covers stored by a RomM server.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/romm/romm_client.h"

namespace marquee::playlist {

// True for an image path below /assets/ or /api/raw/assets/, without a query.
bool IsRommImagePath(std::string_view path);

// Thread-safe.
class RommArtwork final : public ArtworkOrigin {
 public:
  // `client` must outlive it.
  explicit RommArtwork(RommClient& client) : client_(client) {}

  // kPermissionDenied: the path is not allowed. Other errors as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  RommClient& client_;
};

}  // namespace marquee::playlist
