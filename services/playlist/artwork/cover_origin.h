// Pictures at other people's hosts that are known to keep covers: the only ones beside configured
// servers that are ever asked. Each redirect is held against the same list, and the address that is
// connected to must be a public one.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

// Thread-safe.
class CoverOrigin final : public ArtworkOrigin {
 public:
  // The label of its requests in metrics.
  static constexpr std::string_view kUpstream = "covers";

  // `more_hosts`: beside those that are known, `covers.example`, or `*.covers.example` with all
  // below it. `http` and `clock` must outlive it.
  CoverOrigin(std::vector<std::string> more_hosts, httpc::HttpClient& http,
              const base::Clock& clock);

  // An http(s) URL at one of the hosts, on the scheme's own port, without a user in it.
  bool Allows(std::string_view url) const;

  // `request.path` is the whole URL. kPermissionDenied: it is not allowed. Else as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  bool AllowsHost(std::string_view host) const;

  const std::vector<std::string> more_hosts_;  // lower case
  httpc::HttpClient& http_;
  const base::Clock& clock_;
};

}  // namespace marquee::playlist
