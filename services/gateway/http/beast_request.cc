#include "services/gateway/http/beast_request.h"

#include <utility>

#include "libs/base/status.h"
#include "services/gateway/http/request_id.h"

namespace marquee::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

absl::StatusOr<std::shared_ptr<Request>> ToRequest(BeastRequest&& message) {
  if (message.version() >= 11 && message.count(http::field::host) != 1) {
    return absl::InvalidArgumentError("exactly one Host field is needed");
  }
  auto request = std::make_shared<Request>();
  request->target.assign(message.target().data(), message.target().size());
  MARQUEE_ASSIGN_OR_RETURN(auto target, ParseTarget(request->target));
  request->path = std::move(target.path);
  request->query = std::move(target.query);
  request->method = MethodFromName(View(message.method_string()));
  request->id = NextRequestId();
  request->body = std::move(message.body());
  for (const auto& field : message) {
    request->headers.Add(View(field.name_string()), View(field.value()));
  }
  return request;
}

}  // namespace marquee::gateway
