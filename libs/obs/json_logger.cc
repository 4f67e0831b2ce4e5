#include "libs/obs/json_logger.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <string>
#include <utility>

#include "libs/obs/json_text.h"
#include "libs/obs/line_writer.h"

namespace marquee::obs {
namespace {

// As in log lines of earlier versions; NameOf says "warn".
std::string_view WrittenName(Level level) {
  return level == Level::kWarn ? "warning" : NameOf(level);
}

// A line without its end: {"ts":…,"level":…,"program":…
std::string BeginLine(Level level, std::string_view program) {
  // Of the clock of the system: what reads the lines compares them with other programs' lines.
  static constexpr std::string_view kFormat = "%Y-%m-%d%ET%H:%M:%E6SZ";
  std::string line = fmt::format(R"({{"ts":"{}","level":"{}","program":)",
                                 absl::FormatTime(absl::string_view(kFormat.data(), kFormat.size()),
                                                  absl::Now(), absl::UTCTimeZone()),
                                 WrittenName(level));
  AppendJsonString(line, program);
  return line;
}

std::string DropNotice(std::string_view program, size_t lines) {
  return fmt::format(
      R"({},"msg":"log lines were lost: standard error was not read in time","lines":{}}}{})",
      BeginLine(Level::kWarn, program), lines, '\n');
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
  Sink(std::string_view name, Level least, Metrics& metrics)
      : program(name),
        minimum(least),
        writer(
            STDERR_FILENO, {},
            [own = std::string(name)](size_t lines) { return DropNotice(own, lines); }, metrics) {}

  const std::string program;
  std::atomic<Level> minimum;
  LineWriter writer;
};

JsonLogger::JsonLogger(std::string_view program, Level minimum, Metrics& metrics)
    : sink_(std::make_unique<Sink>(program, minimum, metrics)),
      written_{Lines(metrics, Level::kDebug), Lines(metrics, Level::kInfo),
               Lines(metrics, Level::kWarn), Lines(metrics, Level::kError)} {}

JsonLogger::~JsonLogger() = default;

Level JsonLogger::minimum() const { return sink_->minimum; }

void JsonLogger::SetMinimum(Level minimum) { sink_->minimum = minimum; }

void JsonLogger::Flush() { sink_->writer.Flush(); }

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
  std::string line = BeginLine(level, sink_->program);
  line += R"(,"msg":)";
  AppendJsonString(line, message);
  line += tailed.fields;
  line += "}\n";
  sink_->writer.Write(std::move(line));
  written_[static_cast<size_t>(level)].Add();
  tail_.Add(std::move(tailed));
}

}  // namespace marquee::obs
