#include "libs/obs/json_logger.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cmath>
#include <utility>

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

Counter Lines(Metrics& metrics, Level level) {
  return metrics.counter("marquee_log_lines_total", "Lines written to the log.",
                         {{"level", std::string(NameOf(level))}});
}

}  // namespace

struct JsonLogger::Sink {
  spdlog::logger logger{"marquee", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  std::atomic<Level> minimum;
};

JsonLogger::JsonLogger(std::string_view program, Level minimum, Metrics& metrics)
    : sink_(std::make_unique<Sink>()),
      written_{Lines(metrics, Level::kDebug), Lines(metrics, Level::kInfo),
               Lines(metrics, Level::kWarn), Lines(metrics, Level::kError)} {
  sink_->minimum = minimum;
  std::string name;
  AppendJsonString(name, program);
  sink_->logger.set_pattern(
      R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","program":)" + name + R"(,%v})",
      spdlog::pattern_time_type::utc);
  sink_->logger.set_level(spdlog::level::trace);  // Log() filters by minimum
}

JsonLogger::~JsonLogger() = default;

Level JsonLogger::minimum() const { return sink_->minimum; }

void JsonLogger::SetMinimum(Level minimum) { sink_->minimum = minimum; }

void JsonLogger::Log(Level level, std::string_view message, Fields fields) {
  if (level < sink_->minimum) return;
  LogTail::Line tailed{
      .at = absl::Now(), .level = level, .message = std::string(message), .fields = {}};
  for (const Field& field : fields) {
    tailed.fields += ',';
    AppendJsonString(tailed.fields, field.key);
    tailed.fields += ':';
    AppendValue(tailed.fields, field.value);
  }
  std::string line = R"("msg":)";
  AppendJsonString(line, message);
  line += tailed.fields;
  sink_->logger.log(ToSpdlog(level), line);
  sink_->logger.flush();
  written_[static_cast<size_t>(level)].Add();
  tail_.Add(std::move(tailed));
}

}  // namespace marquee::obs
