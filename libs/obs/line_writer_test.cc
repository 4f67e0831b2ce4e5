#include "libs/obs/line_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace marquee::obs {
namespace {

using ::testing::ElementsAre;

std::string Notice(size_t lines) { return fmt::format("dropped {}\n", lines); }

// A pipe whose reader is the test.
class LineWriterTest : public ::testing::Test {
 public:
  LineWriterTest() {
    // As in every program of ours (libs/app/shutdown_signals.h).
    signal(SIGPIPE, SIG_IGN);  // NOLINT(concurrency-mt-unsafe): before any thread
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
  }
  ~LineWriterTest() override {
    CloseWriter();
    CloseReader();
  }

 protected:
  void CloseWriter() {
    if (ends_[1] >= 0) close(std::exchange(ends_[1], -1));
  }
  void CloseReader() {
    if (ends_[0] >= 0) close(std::exchange(ends_[0], -1));
  }
  // Fills the pipe with empty lines, so that the next write to it waits.
  void Fill() const {
    fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    while (write(ends_[1], "\n", 1) == 1) {
    }
    fcntl(ends_[1], F_SETFL, 0);
  }
  // All lines until the writers have closed, without empty ones.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines(1);
    char buffer[4096];
    for (ssize_t got; (got = read(ends_[0], buffer, sizeof buffer)) > 0;) {
      for (const char c : std::string_view(buffer, static_cast<size_t>(got))) {
        if (c != '\n') {
          lines.back() += c;
        } else if (!lines.back().empty()) {
          lines.emplace_back();
        }
      }
    }
    lines.pop_back();
    return lines;
  }
  double Dropped() { return metrics_.counter("marquee_log_lines_dropped_total", "").value(); }

  Metrics metrics_;
  int ends_[2] = {-1, -1};
};

TEST_F(LineWriterTest, FlushWaitsUntilTheLinesAreWrittenButNotForAFullPipe) {
  Metrics metrics;
  LineWriter writer(ends_[1], {.flush_within = absl::Milliseconds(1)}, Notice, metrics);
  fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  writer.Write("one\n");
  char buffer[8] = {};
  // A slow machine may need more than one millisecond.
  while (read(ends_[0], buffer, sizeof buffer) < 0) writer.Flush();
  EXPECT_STREQ(buffer, "one\n");

  Fill();
  writer.Write("two\n");
  writer.Flush();  // returns
  CloseReader();
}

TEST_F(LineWriterTest, WritesLinesInOrderAndAllOfThemAtTheEnd) {
  {
    LineWriter writer(ends_[1], {.flush_within = absl::Seconds(60)}, Notice, metrics_);
    for (int i = 0; i < 3; ++i) writer.Write(fmt::format("{}\n", i));
  }
  CloseWriter();

  EXPECT_THAT(Lines(), ElementsAre("0", "1", "2"));
  EXPECT_EQ(Dropped(), 0);
}

TEST_F(LineWriterTest, AFullPipeDropsLinesCountsThemAndSaysSoInTheirPlace) {
  Fill();
  std::vector<std::string> expected;
  std::thread reader;
  std::vector<std::string> got;
  {
    LineWriter writer(ends_[1], {.max_lines = 4, .flush_within = absl::Seconds(60)}, Notice,
                      metrics_);
    // Which lines are lost depends on when the thread takes the first one, not how many in all.
    size_t lost = 0;
    for (int i = 0; i < 100; ++i) {
      const std::string line = fmt::format("{}", i);
      if (!writer.Write(line + "\n")) {
        ++lost;
        continue;
      }
      if (lost > 0) expected.push_back(fmt::format("dropped {}", std::exchange(lost, 0)));
      expected.push_back(line);
    }
    EXPECT_GE(Dropped(), 95);
    if (lost > 0) expected.push_back(fmt::format("dropped {}", lost));
    reader = std::thread([&] { got = Lines(); });
  }
  CloseWriter();
  reader.join();

  EXPECT_EQ(got, expected);
}

TEST_F(LineWriterTest, BoundsTheBytesThatWait) {
  Fill();
  LineWriter writer(ends_[1], {.max_bytes = 1000, .flush_within = absl::ZeroDuration()}, Notice,
                    metrics_);

  EXPECT_FALSE(writer.Write(std::string(1001, 'x')));
  size_t kept = 0;
  while (writer.Write(std::string(100, 'x'))) ++kept;

  EXPECT_LE(kept, 11U);  // one may be on its way
}

TEST_F(LineWriterTest, EndsWhileThePipeIsFull) {
  Fill();
  {
    LineWriter writer(ends_[1], {.flush_within = absl::Milliseconds(20)}, Notice, metrics_);
    writer.Write("never read\n");
  }
}

TEST_F(LineWriterTest, CountsWhatAPipeWithoutAReaderDoesNotTake) {
  CloseReader();
  {
    LineWriter writer(ends_[1], {.flush_within = absl::Seconds(60)}, Notice, metrics_);
    writer.Write("lost\n");
  }

  EXPECT_EQ(Dropped(), 1);
}

}  // namespace
}  // namespace marquee::obs
