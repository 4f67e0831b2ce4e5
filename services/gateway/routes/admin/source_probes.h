// Trying out a server before its settings are kept, as pages of the reference ask for it:
//   POST /api/admin/test-plex, test-jellyfin, test-romm, test-tmdb
//   POST /api/admin/plex-libraries, jellyfin-libraries, romm-platforms
// Bodies: see source_target.h. /api/v2/sources:test and :libraries do the work.
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
  // What /api/v2/sources:… answers. Errors: a sentence for people; kUnavailable: nobody answers.
  asio::awaitable<absl::StatusOr<boost::json::object>> Ask(Question question, RequestPtr request,
                                                           std::string type);

  const Deps deps_;
};

}  // namespace marquee::gateway
