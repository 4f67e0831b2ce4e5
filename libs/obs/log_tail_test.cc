#include "libs/obs/log_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/obs/json_logger.h"

namespace marquee::obs {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Messages(const std::vector<LogTail::Line>& lines) {
  std::vector<std::string> messages;
  for (const LogTail::Line& line : lines) messages.push_back(line.message);
  return messages;
}

void AddLines(LogTail& tail, int count) {
  for (int i = 0; i < count; ++i) {
    const Level level = i % 2 == 0 ? Level::kInfo : Level::kError;
    tail.Add({.at = absl::UnixEpoch(), .level = level, .message = std::to_string(i), .fields = {}});
  }
}

TEST(LogTailTest, ReturnsTheNewestLinesFirst) {
  LogTail tail;
  AddLines(tail, 6);

  EXPECT_THAT(Messages(tail.Newest(Level::kDebug, 0, 3)), ElementsAre("5", "4", "3"));
  EXPECT_THAT(Messages(tail.Newest(Level::kDebug, 4, 3)), ElementsAre("1", "0"));
  EXPECT_THAT(Messages(tail.Newest(Level::kWarn, 1, 9)), ElementsAre("3", "1"));
}

TEST(LogTailTest, LimitsTheNumberAndLengthOfLines) {
  LogTail tail({.max_lines = 2, .max_line_bytes = 8});
  AddLines(tail, 3);
  EXPECT_THAT(Messages(tail.Newest(Level::kDebug, 0, 9)), ElementsAre("2", "1"));

  tail.Add(
      {.at = {}, .level = Level::kInfo, .message = "short", .fields = R"(,"a":"a long text")"});
  tail.Add({.at = {}, .level = Level::kInfo, .message = "much longer", .fields = ""});

  const auto lines = tail.Newest(Level::kDebug, 0, 2);
  EXPECT_THAT(Messages(lines), ElementsAre("much lon", "short"));
  EXPECT_EQ(lines[1].fields, R"(,"shortened":true)");
}

TEST(LogTailTest, CallsListenersUntilTheirGuardIsDestroyed) {
  LogTail tail;
  std::vector<std::string> heard;
  auto guard = tail.Listen([&heard](const LogTail::Line& line) { heard.push_back(line.message); });
  AddLines(tail, 2);

  guard = nullptr;
  AddLines(tail, 2);

  EXPECT_THAT(heard, ElementsAre("0", "1"));
}

TEST(JsonLoggerTest, KeepsOnlyWrittenLines) {
  Metrics metrics;
  JsonLogger logger("test", Level::kWarn, metrics);
  logger.Info("quiet");
  logger.Warn("loud", {{"path", "/a\"b"}, {"bytes", 7}, {"done", true}});
  logger.SetMinimum(Level::kDebug);
  logger.Debug("all of it");

  const auto lines = logger.tail().Newest(Level::kDebug, 0, 9);

  EXPECT_THAT(Messages(lines), ElementsAre("all of it", "loud"));
  EXPECT_EQ(lines[1].fields, R"(,"path":"/a\"b","bytes":7,"done":true)");
  EXPECT_EQ(logger.minimum(), Level::kDebug);
  const auto written = [&](const char* level) {
    return metrics.counter("marquee_log_lines_total", "", {{"level", level}}).value();
  };
  EXPECT_EQ(written("warn"), 1);
  EXPECT_EQ(written("debug"), 1);
  EXPECT_EQ(written("info"), 0) << "no info line was written";
}

}  // namespace
}  // namespace marquee::obs
