#include "services/gateway/routes/display/config_body.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "services/gateway/model/display_settings.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

std::string MediaServers(const std::vector<SourceInfo>& sources) {
  std::string json = "[";
  for (const SourceInfo& source : sources) {
    if (source.type == "local" || source.type == "tmdb") continue;
    if (json.size() > 1) json += ',';
    JsonObject server(json);
    server.Text("name", source.name);
    server.Text("type", source.type);
    server.Bool("enabled", source.enabled);
    server.Close();
  }
  return json + "]";
}

std::string LocalDirectory(const std::vector<SourceInfo>& sources) {
  const auto local = [](const SourceInfo& source) { return source.type == "local"; };
  const auto enabled = [](const SourceInfo& source) {
    return source.type == "local" && source.enabled;
  };
  if (std::none_of(sources.begin(), sources.end(), local)) return "null";
  return std::any_of(sources.begin(), sources.end(), enabled) ? R"({"enabled":true})"
                                                              : R"({"enabled":false})";
}

}  // namespace

std::string RenderConfig(const ConfigInputs& inputs) {
  std::string json;
  JsonObject config(json);
  const auto add = [&](const auto& entry) {
    config.Raw({entry.key().data(), entry.key().size()}, boost::json::serialize(entry.value()));
  };
  const size_t known = DefaultSettings().size();
  const auto& settings = inputs.display->settings;
  // The defaults come first in every display's settings, in a fixed order.
  for (size_t i = 0; i < known; ++i) add(settings.begin()[i]);
  config.Raw("mediaServers", MediaServers(inputs.sources));
  config.Raw("localDirectory", LocalDirectory(inputs.sources));
  if (inputs.bypass_active) config.Raw("deviceMgmt", R"({"bypassActive":true})");
  for (size_t i = known; i < settings.size(); ++i) add(settings.begin()[i]);
  config.Close();
  return json;
}

}  // namespace marquee::gateway
