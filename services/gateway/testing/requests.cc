#include "services/gateway/testing/requests.h"

#include <memory>

#include "services/gateway/testing/run.h"

namespace marquee::gateway {
RequestPtr MakeRequest(Method method, std::string target, const Fields& fields, std::string body) {
  auto request = std::make_shared<Request>();
  auto parsed = ParseTarget(target).value();
  request->method = method;
  request->target = std::move(target);
  request->path = std::move(parsed.path);
  request->query = std::move(parsed.query);
  for (const auto& [name, value] : fields) request->headers.Add(name, value);
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
