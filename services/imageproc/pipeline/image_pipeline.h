// The path of an image request: memory tier → disk tier → single flight per key → original into its
// tier → decode slot → encode → release slot → store in tiers → respond. No call blocks the caller:
// disk and origin work runs on their own bounded executors, decoding in the decode slots.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/cache/single_flight.h"
#include "libs/obs/cache_metrics.h"
#include "services/imageproc/clients/placeholder_reporter.h"
#include "services/imageproc/model/cached_image.h"
#include "services/imageproc/model/image_key.h"
#include "services/imageproc/pipeline/decode_slots.h"
#include "services/imageproc/pipeline/failure_memory.h"
#include "services/imageproc/pipeline/original_fetcher.h"
#include "services/imageproc/tiers/image_tier.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

enum class ServedFrom { kMemory, kDisk, kShared, kOrigin };

struct ImageAnswer {
  CachedImage image;
  ServedFrom by = ServedFrom::kOrigin;
  bool stale = false;  // past its freshness: the origin failed, or is revalidating now
  // Time spent in each step; zero for skipped steps.
  absl::Duration fetch;
  absl::Duration wait;
  absl::Duration transform;
};

// Thread-safe. Before destroying it, drain the executors and slots in this order: disk, fetch,
// slots.
class ImagePipeline {
 public:
  struct Options {
    // Largest original that may be sent unchanged, because it is then held in memory as a whole;
    // larger files are encoded again.
    uint64_t max_untouched_bytes = uint64_t{16} << 20;
    // If the predicted wait for a slot exceeds this, an AVIF request is served as WebP, which is
    // fresh for `avif_fallback_ttl` and not written to disk.
    absl::Duration avif_max_wait = absl::Milliseconds(250);
    absl::Duration avif_fallback_ttl = absl::Minutes(1);
    // Within this time past its freshness an image is served immediately while it is revalidated
    // (stale-while-revalidate, RFC 5861); after that the caller waits for the origin.
    absl::Duration stale_while_revalidate = absl::Hours(1);
  };
  // All must outlive it.
  struct Deps {
    ImageTier& memory;
    ImageTier& disk;
    ImageTier* shared = nullptr;  // tier shared by replicas; null: none. Called on disk_executor
    obs::CacheMetrics& memory_metrics;
    obs::CacheMetrics& disk_metrics;
    obs::Histogram transform_seconds;  // of each transform, failed ones included
    OriginalFetcher& originals;
    ImageTransformer& transformer;
    FailureMemory& failures;
    PlaceholderReporter& placeholders;  // receives each description
    DecodeSlots& slots;
    base::Executor& disk_executor;  // its threads read and write files
    const base::Clock& clock;
  };
  using Flights = cache::SingleFlight<std::string, ImageAnswer>;
  // `coalesced`: the request joined a flight that another caller had started.
  using Done = std::function<void(const Flights::Result& answer, bool coalesced)>;

  ImagePipeline(const Options& options, const Deps& deps);

  // `done` runs once, on any thread, possibly before Get returns; never after a Leave that returned
  // true. Returns null if it has already run. Codes: kInvalidArgument, kNotFound,
  // kPermissionDenied, kFailedPrecondition (not a usable image), kResourceExhausted (overloaded),
  // kUnavailable and kDeadlineExceeded (the origin does not respond). A stale image, if one is
  // stored, is returned instead of any failure.
  std::shared_ptr<Flights::Waiter> Get(const ImageKey& key, Done done);

  // Removes what the scope covers from all tiers and forgets its failures. Blocks on disk reads.
  Purged Purge(const PurgeScope& scope);

  // Flights in progress.
  size_t flights() const { return flights_.size(); }

 private:
  class PipelineRun;

  std::shared_ptr<Flights::Waiter> Join(const ImageKey& key, bool answer_stale, Done done);
  // Whether the image was made from a substitute (Original::is_substitute): it may be served, but
  // not stored.
  static bool IsForNow(const ImageKey& key, const CachedImage& image);
  // Revalidates an image that was served stale; no caller waits for the result.
  void Revalidate(const ImageKey& key);
  // Whether the memory tier holds the description at `key` of an original with this digest.
  bool IsDescribed(const std::string& original_digest, const ImageKey& key) const;
  // Describes the stored original of a transformed image, unless it is described already or images
  // wait for a slot.
  void DescribeInBackground(const OriginalKey& original, const std::string& original_digest);

  const Options options_;
  const Deps deps_;
  Flights flights_;
};

}  // namespace marquee::imageproc
