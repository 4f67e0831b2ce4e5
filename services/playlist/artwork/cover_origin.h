// Fetches images from an allow-list of public cover hosts, the only hosts besides configured
// servers that are contacted. Redirects are checked against the same list, and the address
// connected to must be public.
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
  // Label of its requests in metrics.
  static constexpr std::string_view kUpstream = "covers";

  // `more_hosts`: in addition to the known hosts, `covers.example`, or `*.covers.example` including
  // all subdomains. `http` and `clock` must outlive it.
  CoverOrigin(std::vector<std::string> more_hosts, httpc::HttpClient& http,
              const base::Clock& clock);

  // True for an http(s) URL of an allowed host, with the default port and without user information.
  bool Allows(std::string_view url) const;

  // `request.path` is the whole URL. kPermissionDenied: the URL is not allowed. Other errors as
  // StreamArtwork.
  absl::Status Open(const ArtworkRequest& request, const base::CallContext& context,
                    ArtworkSink& sink) override;

 private:
  bool AllowsHost(std::string_view host) const;

  const std::vector<std::string> more_hosts_;  // lower case
  httpc::HttpClient& http_;
  const base::Clock& clock_;
};

}  // namespace marquee::playlist
