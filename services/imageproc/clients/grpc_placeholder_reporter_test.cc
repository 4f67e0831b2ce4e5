#include "services/imageproc/clients/grpc_placeholder_reporter.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "libs/rpc/server.h"

namespace marquee::imageproc {
namespace {

using ::testing::ElementsAre;

// A playlist service that responds to a report only when the test releases it.
class SlowPlaylist final : public playlist::v1::ArtworkService::CallbackService {
 public:
  grpc::ServerUnaryReactor* ReportPlaceholders(
      grpc::CallbackServerContext* context, const playlist::v1::ReportPlaceholdersRequest* request,
      playlist::v1::ReportPlaceholdersResponse*) override {
    auto* const reactor = context->DefaultReactor();
    const base::MutexLock lock(mutex_);
    sizes_.push_back(request->images_size());
    last_ = request->images(0);
    closed_ ? reactor->Finish(grpc::Status::OK) : held_.push_back(reactor);
    changed_.NotifyAll();
    return reactor;
  }

  void AnswerAfter(size_t reports, const grpc::Status& status) {
    base::MutexLock lock(mutex_);
    while (sizes_.size() < reports) changed_.Wait(lock);
    AnswerHeld(status);
  }
  // Accepts no further reports.
  void Close() {
    const base::MutexLock lock(mutex_);
    AnswerHeld(grpc::Status::OK);
    closed_ = true;
  }
  std::vector<int> sizes() const {
    const base::MutexLock lock(mutex_);
    return sizes_;
  }
  playlist::v1::ReportPlaceholdersRequest::Image last() const {
    const base::MutexLock lock(mutex_);
    return last_;
  }

 private:
  void AnswerHeld(const grpc::Status& status) MARQUEE_REQUIRES(mutex_) {
    for (auto* reactor : held_) reactor->Finish(status);
    held_.clear();
  }

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<int> sizes_ MARQUEE_GUARDED_BY(mutex_);
  playlist::v1::ReportPlaceholdersRequest::Image last_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<grpc::ServerUnaryReactor*> held_ MARQUEE_GUARDED_BY(mutex_);
  bool closed_ MARQUEE_GUARDED_BY(mutex_) = false;
};

class GrpcPlaceholderReporterTest : public ::testing::Test {
 public:
  ~GrpcPlaceholderReporterTest() override { playlist_.Close(); }

 protected:
  void Report(int first, int count) {
    for (int i = first; i < first + count; ++i) {
      ImageDescription description;
      description.colours = {{.rgb = 0x0a0b0c, .weight = 1}};
      description.thumb_hash = "12345";
      reporter_.Report(OriginalKey::AtSource("Den", fmt::format("/{}", i), "v1"), description);
    }
  }
  double Counted(const char* result) {
    return metrics_.counter("marquee_image_placeholders_total", "", {{"result", result}}).value();
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  SlowPlaylist playlist_;
  std::unique_ptr<rpc::Server> server_ =
      *rpc::Server::Start({.listen = ""}, {&playlist_}, metrics_, clock_);
  GrpcPlaceholderReporter reporter_{
      {.max_waiting = 5, .per_call = 3}, server_->InProcessChannel(), clock_, metrics_};
};

TEST_F(GrpcPlaceholderReporterTest, SendsQueuedReportsInOneCallAtATime) {
  Report(0, 5);
  playlist_.AnswerAfter(1, grpc::Status::OK);
  playlist_.AnswerAfter(2, grpc::Status::OK);
  playlist_.AnswerAfter(3, grpc::Status::OK);
  reporter_.Stop();

  EXPECT_THAT(playlist_.sizes(), ElementsAre(1, 3, 1));
  EXPECT_EQ(playlist_.last().source_path().path(), "/4");
  EXPECT_EQ(playlist_.last().artwork_version(), "v1");
  EXPECT_EQ(playlist_.last().placeholder().dominant_color(), "#0a0b0c");
  EXPECT_EQ(playlist_.last().placeholder().thumb_hash(), "12345");
}

TEST_F(GrpcPlaceholderReporterTest, DropsAndCountsReportsBeyondTheQueueLimit) {
  Report(0, 8);

  EXPECT_EQ(Counted("dropped"), 2) << "one is being sent, five are queued";
  reporter_.Stop();
}

TEST_F(GrpcPlaceholderReporterTest, AFailedCallLosesOnlyItsOwnReports) {
  Report(0, 2);
  playlist_.AnswerAfter(1, grpc::Status(grpc::StatusCode::INTERNAL, "no"));
  playlist_.AnswerAfter(2, grpc::Status::OK);
  Report(2, 1);
  playlist_.AnswerAfter(3, grpc::Status::OK);
  reporter_.Stop();

  EXPECT_EQ(Counted("failed") + Counted("reported"), 3);
  EXPECT_GE(Counted("failed"), 1);
}

TEST_F(GrpcPlaceholderReporterTest, StopDoesNotWaitForAnUnresponsiveService) {
  Report(0, 1);

  reporter_.Stop();
  Report(1, 1);

  EXPECT_EQ(Counted("failed"), 1);
  EXPECT_EQ(Counted("dropped"), 1);
}

TEST_F(GrpcPlaceholderReporterTest, DoesNotReportFullyTransparentImages) {
  reporter_.Report(OriginalKey::AtUrl("https://covers.example/1.png"), {});
  reporter_.Stop();

  EXPECT_THAT(playlist_.sizes(), ElementsAre());
}

}  // namespace
}  // namespace marquee::imageproc
