#include "services/imageproc/pipeline/original_fetcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/error_info.h"

namespace marquee::imageproc {
namespace {

// Writes arriving bytes to the tier.
class TierSink final : public ArtworkSink {
 public:
  TierSink(OriginalTier& tier, const OriginalKey& key) : tier_(tier), key_(key) {}

  absl::Status OnHeader(const ArtworkHeader& header) override {
    not_modified_ = header.not_modified;
    announced_ = header.content_bytes;
    if (!not_modified_) writer_ = tier_.Begin(key_, header.validator);
    return absl::OkStatus();
  }
  absl::Status OnBytes(std::string_view piece) override {
    if (writer_ == nullptr)
      return absl::InternalError("received bytes after a not-modified header");
    arrived_ += static_cast<int64_t>(piece.size());
    return writer_->Append(piece);
  }

  bool not_modified() const { return not_modified_; }
  // kUnavailable: the number of bytes differs from the announced one.
  absl::StatusOr<Original> Commit() {
    // Older playlist services do not send the length: zero.
    if (announced_ > 0 && arrived_ != announced_) {
      return absl::UnavailableError(
          fmt::format("the origin announced {} bytes and sent {}", announced_, arrived_));
    }
    return writer_->Commit();
  }

 private:
  OriginalTier& tier_;
  const OriginalKey& key_;
  bool not_modified_ = false;
  int64_t announced_ = -1;
  int64_t arrived_ = 0;
  std::unique_ptr<OriginalTier::Writer> writer_;
};

absl::Status WaitedTooLong() {
  return rpc::WithRetryAfter(
      absl::ResourceExhaustedError("the fetch waited too long for a free thread"),
      absl::Seconds(5));
}

OriginalFetcher::Flights::Result Answer(Original original, bool stale) {
  return std::make_shared<const FetchedOriginal>(
      FetchedOriginal{.original = std::move(original), .stale = stale});
}

}  // namespace

OriginalFetcher::OriginalFetcher(const Options& options, const Deps& deps)
    : options_(options),
      tier_(deps.tier),
      client_(deps.client),
      executor_(deps.executor),
      clock_(deps.clock),
      metrics_(deps.metrics) {}

absl::Time OriginalFetcher::FreshUntil(const OriginalKey& key, const Original& original) const {
  return key.artwork_version.empty() || original.is_substitute()
             ? original.fetched_at + options_.revalidate_after
             : absl::InfiniteFuture();
}

absl::StatusOr<Original> OriginalFetcher::Held(const OriginalKey& key) {
  absl::StatusOr<Original> held = tier_.Get(key);
  if (!held.ok()) return held;
  if (clock_.Now() >= FreshUntil(key, *held)) return absl::NotFoundError("needs revalidation");
  Count("held");
  return held;
}

std::shared_ptr<OriginalFetcher::Flights::Waiter> OriginalFetcher::Fetch(const OriginalKey& key,
                                                                         Flights::Callback done) {
  const auto start = [this, &key](const std::shared_ptr<Flights::Flight>& flight) {
    const absl::Status accepted =
        executor_.Submit([this, key, flight, asked = clock_.Now()] { Run(key, *flight, asked); });
    if (!accepted.ok()) flight->Finish(accepted);
  };
  Flights::Joined joined = flights_.Join(key.Text(), std::move(done), start);
  if (!joined.started) Count("coalesced");
  return std::move(joined.waiter);
}

void OriginalFetcher::Run(const OriginalKey& key, Flights::Flight& flight, absl::Time asked) {
  // A flight that ended between the caller's lookup and its Join has stored it in the tier.
  absl::StatusOr<Original> held = tier_.Get(key);
  if (held.ok() && clock_.Now() < FreshUntil(key, *held)) {
    Count("held");
    flight.Finish(Answer(*std::move(held), /*stale=*/false));
    return;
  }

  base::CallContext context;
  const absl::Time began = clock_.Now();
  context.deadline =
      std::min(began + options_.timeout + options_.answer_reserve, asked + options_.at_most);
  context.stop = flight.stop_token();
  TierSink sink(tier_, key);
  const std::string if_validator = held.ok() ? held->validator : "";
  absl::Status fetched = client_.Fetch(key, if_validator, context, sink);
  // If most of the time passed in the queue for a thread, the timeout is an overload and not the
  // origin's fault.
  const bool fair = 2 * (context.deadline - began) >= options_.timeout;
  if (absl::IsDeadlineExceeded(fetched) && !fair) fetched = WaitedTooLong();
  if (fetched.ok() && sink.not_modified() && held.ok()) {
    tier_.Confirm(key);
    held->fetched_at = clock_.Now();
    Count("not_modified");
    flight.Finish(Answer(*std::move(held), /*stale=*/false));
    return;
  }
  if (fetched.ok() && !sink.not_modified()) {
    absl::StatusOr<Original> original = sink.Commit();
    fetched = original.status();
    if (original.ok()) {
      Count("fetched");
      flight.Finish(Answer(*std::move(original), /*stale=*/false));
      return;
    }
  }
  if (fetched.ok())
    fetched =
        absl::UnavailableError("the origin sent not-modified for a request without a validator");
  // On failure a stale original is better than none.
  if (held.ok()) {
    Count("stale");
    flight.Finish(Answer(*std::move(held), /*stale=*/true));
    return;
  }
  Count("failed");
  flight.Finish(fetched);
}

void OriginalFetcher::Count(const char* result) {
  metrics_
      .counter("marquee_image_originals_total", "Requested originals, by result.",
               {{"result", result}})
      .Add();
}

}  // namespace marquee::imageproc
