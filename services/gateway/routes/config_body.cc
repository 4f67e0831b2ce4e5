#include "services/gateway/routes/config_body.h"

#include <algorithm>

#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

constexpr std::string_view kWallartDefaults =
    R"({"enabled":false,"itemsPerScreen":30,"columns":6,"transitionInterval":30,)"
    R"("density":"medium","refreshRate":6,"randomness":3,"animationType":"fade",)"
    R"("layoutVariant":"heroGrid","ambientGradient":false,"autoRefresh":true,)"
    R"("layoutSettings":{"heroGrid":{"heroSide":"left","heroRotationMinutes":10,)"
    R"("biasAmbientToHero":true}}})";

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
  config.Bool("clockWidget", true);
  config.Text("clockTimezone", "auto");
  config.Text("clockFormat", "24h");
  config.Bool("syncEnabled", true);
  config.Integer("syncAlignMaxDelayMs", 1200);
  config.Bool("cinemaMode", false);
  config.Text("cinemaOrientation", "auto");
  config.Raw("cinema", "{}");
  config.Raw("wallartMode", kWallartDefaults);
  config.Integer("transitionIntervalSeconds", 15);
  config.Integer("backgroundRefreshMinutes", 60);
  config.Bool("showClearLogo", true);
  config.Bool("showPoster", true);
  config.Bool("showRottenTomatoes", true);
  config.Bool("showMetadata", false);
  config.Integer("rottenTomatoesMinimumScore", 0);
  config.Text("transitionEffect", "kenburns");
  config.Integer("effectPauseTime", 2);
  config.Raw("kenBurnsEffect", R"({"enabled":true,"durationSeconds":20})");
  config.Raw("uiScaling", R"({"content":100,"clearlogo":100,"clock":100,"global":100})");
  config.Raw("mediaServers", MediaServers(inputs.sources));
  config.Raw("localDirectory", LocalDirectory(inputs.sources));
  if (inputs.bypass_active) config.Raw("deviceMgmt", R"({"bypassActive":true})");
  config.Close();
  return json;
}

}  // namespace marquee::gateway
