// Tests a media server before its settings are saved, in the format of Posterrama 2.9.4's pages:
//   POST /api/admin/test-plex, test-jellyfin, test-romm, test-tmdb
//   POST /api/admin/plex-libraries, jellyfin-libraries, romm-platforms
// Bodies: see source_target.h. Implemented by /api/v2/sources:test and :libraries.
#pragma once

#include <absl/status/statusor.h>

#include <boost/json/object.hpp>
#include <string>

#include "services/gateway/ports/media_port.h"
#include "services/gateway/ports/rest_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class SourceProbeRoutes {
 public:
  struct Deps {
    RestPort& rest;
    MediaPort& media;
  };

  explicit SourceProbeRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  enum class Question { kTest, kLibraries };

  asio::awaitable<Response> Test(RequestPtr request, std::string type);
  asio::awaitable<Response> Libraries(RequestPtr request, std::string type);
  // The response of /api/v2/sources:…. Errors have a message for users; kUnavailable: the playlist
  // service cannot be reached.
  asio::awaitable<absl::StatusOr<boost::json::object>> Ask(Question question, RequestPtr request,
                                                           std::string type);

  const Deps deps_;
};

}  // namespace marquee::gateway
