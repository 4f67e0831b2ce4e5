#include "services/gateway/routes/core/rest.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "services/gateway/http/etag.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

// The ETag without quotes and without the W/ prefix, which a compressing proxy may have added.
std::string TagOf(std::string_view field) {
  field = Trim(field);
  if (field.starts_with("W/")) field.remove_prefix(2);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
    field = field.substr(1, field.size() - 2);
  }
  return field == "*" ? std::string() : std::string(field);
}

}  // namespace

void RestRoutes::AddTo(Router& router) {
  const auto handler = [this](RequestPtr request, const std::string&) {
    return Answer(std::move(request));
  };
  // The minimum scope of any resource; Answer checks for more where required.
  router.Add(Method::kGet, "/api/v2/*", handler, Access::kRead);
  for (const Method method : {Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    router.Add(method, "/api/v2/*", handler, Access::kOperate);
  }
  router.Add(
      Method::kGet, "/openapi.json",
      [document = MakeBytes(rest_.openapi()), etag = EtagOf(rest_.openapi())](
          RequestPtr, std::string) -> asio::awaitable<Response> {
        Response response = Response::Shared(200, kJsonType, document);
        response.headers.Add("ETag", etag);
        response.headers.Add("Cache-Control", "no-cache");
        co_return response;
      },
      InstallCookie::kNever);
}

asio::awaitable<Response> RestRoutes::Answer(RequestPtr request) {
  const auto scope = rest_.ScopeOf(request->method, request->target);
  if (!scope)
    co_return JsonAnswer(404, R"({"error":{"code":404,"status":"NOT_FOUND",)"
                              R"("message":"no such resource"}})");
  if (request->principal == nullptr || request->principal->scope < *scope) {
    co_return JsonAnswer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED",)"
                              R"("message":"the caller lacks the required scope"}})");
  }
  RestCall call;
  call.method = request->method;
  call.target = request->target;
  call.body = request->body;
  call.if_match = TagOf(request->header("If-Match"));
  call.request_id = request->header("Idempotency-Key");
  call.author = request->principal->name;
  call.by_administrator = request->principal->scope == Scope::kAdmin;
  RestReply reply = co_await rest_.Call(std::move(call));
  Response response = JsonAnswer(reply.status, std::move(reply.json));
  if (!reply.etag.empty()) response.headers.Add("ETag", fmt::format("\"{}\"", reply.etag));
  if (reply.retry_after_seconds > 0) {
    response.headers.Add("Retry-After", fmt::format("{}", reply.retry_after_seconds));
  }
  co_return response;
}

}  // namespace marquee::gateway
