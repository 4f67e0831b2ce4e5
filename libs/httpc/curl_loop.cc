#include "libs/httpc/curl_loop.h"

#include <pthread.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

// curl and the inbox wake the loop when there is work; this only limits how long a step of the
// clock can go unnoticed.
constexpr absl::Duration kLongestPoll = absl::Seconds(1);

absl::Status TooMany(size_t limit) {
  return MakeFailure(Failure::kBusy,
                     "too many concurrent outgoing requests (" + std::to_string(limit) + ")");
}

absl::Status CallerHasCancelled() {
  return MakeFailure(Failure::kCancelled, "the caller has cancelled");
}

absl::Status ShuttingDown() {
  return MakeFailure(Failure::kCancelled, "the program is shutting down");
}

// The exchange of a request that never reaches the loop.
class EndedExchange final : public HttpExchange {
  void Resume() override {}
  void Cancel() override {}
};

}  // namespace

absl::StatusOr<std::unique_ptr<CurlLoop>> CurlLoop::Create(CurlHttpClient::Options options,
                                                           CurlHttpClient::Deps deps) {
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) return absl::InternalError("libcurl did not create a multi handle");
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.connections_per_host);
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connections);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, options.connections);
  return std::unique_ptr<CurlLoop>(new CurlLoop(std::move(options), deps, multi));
}

CurlLoop::CurlLoop(CurlHttpClient::Options options, CurlHttpClient::Deps deps, CURLM* multi)
    : options_(std::move(options)),
      clock_(deps.clock),
      metrics_(deps.metrics),
      pool_(options_.idle_per_host),
      multi_(multi),
      inbox_(std::make_shared<CurlInbox>(multi)),
      thread_([this] { Run(); }) {
  const base::MutexLock lock(join_mutex_);
  pthread_setname_np(thread_.native_handle(), "httpc");
}

CurlLoop::~CurlLoop() { Drain(absl::InfinitePast()); }

std::shared_ptr<HttpExchange> CurlLoop::Start(HttpRequest request, base::CallContext context,
                                              std::shared_ptr<ResponseHandler> handler) {
  const absl::Duration now = clock_.Monotonic();
  const absl::Duration allowed = std::min(options_.longest, context.deadline - clock_.Now());
  const auto refuse = [&](const absl::Status& status) -> std::shared_ptr<HttpExchange> {
    metrics_.Ended(request.upstream, status, 0, absl::ZeroDuration());
    handler->OnDone(status);
    return std::make_shared<EndedExchange>();
  };
  if (draining_) return refuse(ShuttingDown());
  if (context.stop.stop_requested()) return refuse(CallerHasCancelled());  // nothing is sent
  if (in_flight_.fetch_add(1) >= options_.max_in_flight) {
    in_flight_.fetch_sub(1);
    return refuse(TooMany(options_.max_in_flight));
  }
  auto transfer =
      std::make_shared<CurlTransfer>(std::move(request), now, now + allowed, handler, inbox_);
  if (!inbox_->Post(transfer, CurlInbox::Operation::kStart)) {
    in_flight_.fetch_sub(1);
    transfer->Finish(ShuttingDown());
    return transfer;
  }
  transfer->CancelOn(std::move(context.stop));
  return transfer;
}

void CurlLoop::Drain(absl::Time deadline) {
  const absl::Duration until = clock_.Monotonic() + (deadline - clock_.Now());
  drain_until_ns_ = absl::ToInt64Nanoseconds(until);
  draining_ = true;
  inbox_->Wake();
  const base::MutexLock lock(join_mutex_);
  if (thread_.joinable()) thread_.join();
}

void CurlLoop::Run() {
  while (true) {
    ProcessInbox();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    CollectFinished();
    ExpireOverdue();
    metrics_.SetInFlight(in_flight_);
    if (draining_) {
      if (clock_.Monotonic() >= absl::Nanoseconds(drain_until_ns_.load())) CancelAll();
      if (active_.empty() && in_flight_ == 0) break;
    }
    const absl::Duration wait = UntilNextDeadline();
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(absl::ToInt64Milliseconds(wait)) + 1,
                    nullptr);
  }
  for (const auto& [transfer, order] : inbox_->Close()) {
    if (order == CurlInbox::Operation::kStart) transfer->Finish(ShuttingDown());
  }
}

void CurlLoop::ProcessInbox() {
  for (const auto& [transfer, order] : inbox_->Take()) {
    if (order == CurlInbox::Operation::kStart) {
      Begin(transfer);
      continue;
    }
    if (transfer->easy() == nullptr || !active_.contains(transfer->easy())) continue;  // has ended
    if (order == CurlInbox::Operation::kCancel) {
      End(transfer, CallerHasCancelled());
    } else {
      transfer->Unpause();
    }
  }
}

void CurlLoop::Begin(const std::shared_ptr<CurlTransfer>& transfer) {
  absl::Status status = transfer->Prepare({.user_agent = options_.user_agent,
                                           .connect_timeout = options_.connect_timeout,
                                           .max_idle = options_.max_idle,
                                           .pool = &pool_});
  if (status.ok() && clock_.Monotonic() >= transfer->deadline()) status = transfer->Expired();
  if (!status.ok()) {
    End(transfer, status);
    return;
  }
  active_.emplace(transfer->easy(), transfer);
  curl_multi_add_handle(multi_.get(), transfer->easy());
}

void CurlLoop::CollectFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = active_.find(easy);
    if (found == active_.end()) continue;
    const std::shared_ptr<CurlTransfer> transfer = found->second;
    curl_multi_remove_handle(multi_.get(), easy);
    auto conclusion = transfer->Conclude(code);
    if (conclusion.follow) {
      curl_multi_add_handle(multi_.get(), easy);
    } else {
      End(transfer, conclusion.status);
    }
  }
}

void CurlLoop::ExpireOverdue() {
  const absl::Duration now = clock_.Monotonic();
  std::vector<std::shared_ptr<CurlTransfer>> overdue;
  for (const auto& [easy, transfer] : active_) {
    if (now >= transfer->deadline()) overdue.push_back(transfer);
  }
  for (const auto& transfer : overdue) End(transfer, transfer->Expired());
}

void CurlLoop::CancelAll() {
  std::vector<std::shared_ptr<CurlTransfer>> all;
  for (const auto& [easy, transfer] : active_) all.push_back(transfer);
  for (const auto& transfer : all) End(transfer, ShuttingDown());
}

void CurlLoop::End(const std::shared_ptr<CurlTransfer>& transfer, const absl::Status& status) {
  if (active_.erase(transfer->easy()) > 0) {
    // No effect if CollectFinished has removed it already. A connection with an unfinished response
    // is closed.
    curl_multi_remove_handle(multi_.get(), transfer->easy());
  }
  in_flight_.fetch_sub(1);
  metrics_.Connections(transfer->upstream(), transfer->new_connections(),
                       transfer->reused_connections());
  metrics_.Ended(transfer->upstream(), status, transfer->http_status(),
                 clock_.Monotonic() - transfer->started());
  transfer->Finish(status);
}

absl::Duration CurlLoop::UntilNextDeadline() const {
  absl::Duration next = clock_.Monotonic() + kLongestPoll;
  for (const auto& [easy, transfer] : active_) next = std::min(next, transfer->deadline());
  if (draining_) next = std::min(next, absl::Nanoseconds(drain_until_ns_.load()));
  return std::max(next - clock_.Monotonic(), absl::ZeroDuration());
}

}  // namespace marquee::httpc
