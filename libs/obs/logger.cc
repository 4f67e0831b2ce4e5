#include "libs/obs/logger.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cmath>

#include "libs/obs/json_text.h"

namespace marquee::obs {
namespace {

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void AppendValue(std::string& line, const Field::Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    AppendJsonString(line, *text);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    fmt::format_to(std::back_inserter(line), "{}", *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    // JSON has neither infinity nor NaN.
    line += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  } else {
    line += std::get<bool>(value) ? "true" : "false";
  }
}

class JsonLogger final : public Logger {
 public:
  JsonLogger(std::string_view program, Level minimum)
      : logger_("marquee", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    std::string name;
    AppendJsonString(name, program);
    logger_.set_level(ToSpdlog(minimum));
    logger_.set_pattern(
        R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","program":)" + name + R"(,%v})",
        spdlog::pattern_time_type::utc);
  }

  void Log(Level level, std::string_view message, Fields fields) override {
    if (!logger_.should_log(ToSpdlog(level))) return;
    std::string line = R"("msg":)";
    AppendJsonString(line, message);
    for (const Field& field : fields) {
      line += ',';
      AppendJsonString(line, field.key);
      line += ':';
      AppendValue(line, field.value);
    }
    logger_.log(ToSpdlog(level), line);
    logger_.flush();
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Logger> MakeJsonLogger(std::string_view program, Level minimum) {
  return std::make_unique<JsonLogger>(program, minimum);
}

Level LevelFromName(std::string_view name) {
  if (name == "debug") return Level::kDebug;
  if (name == "warn") return Level::kWarn;
  if (name == "error") return Level::kError;
  return Level::kInfo;
}

}  // namespace marquee::obs
