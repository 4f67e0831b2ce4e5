#include "services/gateway/routes/display/get_config.h"

#include <fmt/format.h>

#include <utility>

#include "services/gateway/http/etag.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/core/rendered_answer.h"
#include "services/gateway/routes/display/asking_display.h"
#include "services/gateway/routes/display/config_body.h"

namespace marquee::gateway {
namespace {

constexpr absl::Duration kKeepConfig = absl::Seconds(30);
constexpr std::string_view kVary =
    "Accept-Encoding, User-Agent, X-Device-Id, X-Install-Id, X-Hardware-Id";

}  // namespace

void GetConfigRoute::AddTo(Router& router) {
  for (const std::string_view path : {"/get-config", "/api/v1/config"}) {
    router.Add(Method::kGet, path, [this](RequestPtr request, const std::string&) {
      return Answer(std::move(request));
    });
  }
}

asio::awaitable<Response> GetConfigRoute::Answer(RequestPtr request) {
  ConfigInputs inputs;
  inputs.sources = *deps_.media.sources();
  inputs.bypass_active = deps_.bypass.Contains(request->remote_ip);
  inputs.display = deps_.settings.Of(KnownBy(*request));
  // Settings found by cookie are only for this browser.
  const bool is_own = inputs.display != deps_.settings.Of({});

  // Displays send no-cache with every poll and expect no X-Cache and a weak ETag.
  if (request->header("Cache-Control") == "no-cache") {
    std::string body = RenderConfig(inputs);
    const std::string etag = "W/" + EtagOf(body);
    Response fresh = Response::Text(200, kJsonType, std::move(body));
    fresh.headers.Add("ETag", etag);
    fresh.headers.Add("Cache-Control", "private, no-cache");
    fresh.headers.Add("CDN-Cache-Control", "no-store");
    fresh.headers.Add("Vary", kVary);
    co_return fresh;
  }

  std::string key = inputs.bypass_active ? "config\nbypass" : "config";
  key += '\n' + inputs.display->hash;
  for (const SourceInfo& source : inputs.sources) {
    key += fmt::format("\n{}\t{}\t{}", source.type, source.enabled ? 1 : 0, source.name);
  }
  RenderedCache::Render render = [inputs = std::move(inputs)] { return RenderConfig(inputs); };
  const Coding coding = ChooseCoding(request->headers.Combined("Accept-Encoding"));
  const auto answer =
      co_await deps_.rendered.Get(std::move(key), coding, kKeepConfig, std::move(render));
  Response response = RenderedAnswer(kJsonType, answer);
  response.headers.Add("Cache-Control", is_own ? "private, max-age=30" : "public, max-age=30");
  response.headers.Add("CDN-Cache-Control", "no-store");  // the response depends on the display
  response.headers.Add("Vary", kVary);
  co_return response;
}

}  // namespace marquee::gateway
