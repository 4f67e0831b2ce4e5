#include "services/gateway/http/beast_request.h"

#include <utility>

#include "libs/base/status.h"
#include "services/gateway/http/request_id.h"

namespace marquee::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

class BeastHeaders final : public HeaderSource {
 public:
  explicit BeastHeaders(BeastRequest::header_type header) : header_(std::move(header)) {}

  std::string_view Find(std::string_view name) const override {
    const auto it = header_.find(beast::string_view(name.data(), name.size()));
    return it == header_.end() ? std::string_view() : View(it->value());
  }
  void Each(const std::function<void(std::string_view, std::string_view)>& visit) const override {
    for (const auto& field : header_) visit(View(field.name_string()), View(field.value()));
  }

 private:
  BeastRequest::header_type header_;
};

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
  request->headers = std::make_shared<BeastHeaders>(std::move(message.base()));
  return request;
}

}  // namespace marquee::gateway
