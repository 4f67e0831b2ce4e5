#include "services/gateway/testing/requests.h"

#include <memory>

#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

class ListedHeaders final : public HeaderSource {
 public:
  explicit ListedHeaders(Fields fields) : fields_(std::move(fields)) {}
  std::string_view Find(std::string_view name) const override {
    for (const auto& [key, value] : fields_) {
      if (EqualsIgnoreCase(key, name)) return value;
    }
    return {};
  }
  void Each(const std::function<void(std::string_view, std::string_view)>& visit) const override {
    for (const auto& [key, value] : fields_) visit(key, value);
  }

 private:
  const Fields fields_;
};

}  // namespace

RequestPtr MakeRequest(Method method, std::string target, Fields fields, std::string body) {
  auto request = std::make_shared<Request>();
  auto parsed = ParseTarget(target).value();
  request->method = method;
  request->target = std::move(target);
  request->path = std::move(parsed.path);
  request->query = std::move(parsed.query);
  request->headers = std::make_shared<ListedHeaders>(std::move(fields));
  request->body = std::move(body);
  request->remote_ip = "192.0.2.7";
  request->id = 1;
  return request;
}

std::string BodyOf(const Response& response) {
  if (response.body) return response.body->substr(response.offset, response.length);
  std::string all;
  if (response.stream) {
    while (true) {
      const auto piece = RunToEnd(response.stream->Next());
      if (!piece.ok() || piece->empty()) break;
      all += *piece;
    }
  }
  return all;
}

}  // namespace marquee::gateway
