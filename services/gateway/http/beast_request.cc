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

absl::StatusOr<std::shared_ptr<Request>> ToRequest(const BeastRequest& header) {
  auto request = std::make_shared<Request>();
  request->target.assign(header.target().data(), header.target().size());
  MARQUEE_ASSIGN_OR_RETURN(auto target, ParseTarget(request->target));
  request->path = std::move(target.path);
  request->query = std::move(target.query);
  request->method = MethodFromName(View(header.method_string()));
  request->id = NextRequestId();
  for (const auto& field : header) {
    // The host of an absolute-form target overrides the Host field (RFC 9112 section 3.2.2).
    const bool overruled = field.name() == http::field::host && !target.authority.empty();
    request->headers.Add(View(field.name_string()),
                         overruled ? std::string_view(target.authority) : View(field.value()));
  }
  return request;
}

}  // namespace marquee::gateway
