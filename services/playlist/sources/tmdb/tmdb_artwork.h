// Streams images of The Movie Database from its image host.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "libs/base/clock.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

// True for `/t/p/<size>/<file>.<type>`.
bool IsTmdbImagePath(std::string_view path);

// Thread-safe.
class TmdbArtwork final : public ArtworkOrigin {
 public:
  struct Options {
    std::string name;        // name of the source
    httpc::Url images;       // the image host
    bool is_mirror = false;  // configured by the operator, so it may be on the local network
  };

  // `http` and `clock` must outlive it.
  TmdbArtwork(Options options, httpc::HttpClient& http, const base::Clock& clock)
      : options_(std::move(options)), http_(http), clock_(clock) {}

  // kPermissionDenied: the path is not allowed. Other errors as StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  const Options options_;
  httpc::HttpClient& http_;
  const base::Clock& clock_;
};

}  // namespace marquee::playlist
