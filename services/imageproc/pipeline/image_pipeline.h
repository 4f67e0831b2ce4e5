// The life of a picture: memory → disk → one flight a key → original into its tier → decode slot →
// encode → slot free → tiers → answer. No call here blocks; each step runs where its kind of
// waiting is bounded: disk and origins on executors of their own, decoding in its slots.
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
#include "services/imageproc/artwork/placeholder_reporter.h"
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
  bool stale = false;  // past its freshness: the origin could not be asked, or is asked meanwhile
  // Where the time went; zero for what was not done.
  absl::Duration fetch;
  absl::Duration wait;
  absl::Duration transform;
};

// Thread-safe. Before it is destroyed: executors and slots drained, in the order disk, fetch,
// slots.
class ImagePipeline {
 public:
  struct Options {
    // An original that passes untouched is held in memory whole; a larger file is encoded anew.
    uint64_t max_untouched_bytes = uint64_t{16} << 20;
    // Where pictures would wait longer for a slot, AVIF is answered by WebP, which is believed for
    // `avif_fallback_ttl` and not written to disk.
    absl::Duration avif_max_wait = absl::Milliseconds(250);
    absl::Duration avif_fallback_ttl = absl::Minutes(1);
    // For so long past its freshness a picture is answered at once, while the origin is asked
    // (stale-while-revalidate, RFC 5861); later the caller waits for the origin.
    absl::Duration stale_while_revalidate = absl::Hours(1);
  };
  // All must outlive it.
  struct Deps {
    ImageTier& memory;
    ImageTier& disk;
    ImageTier* shared = nullptr;  // by replicas; null: none. Called as the disk is
    obs::CacheMetrics& memory_metrics;
    obs::CacheMetrics& disk_metrics;
    obs::Histogram transform_seconds;  // of each picture made, failed ones included
    OriginalFetcher& originals;
    ImageTransformer& transformer;
    FailureMemory& failures;
    PlaceholderReporter& placeholders;  // hears of each picture that is described
    DecodeSlots& slots;
    base::Executor& disk_executor;  // its threads read and write files
    const base::Clock& clock;
  };
  using Flights = cache::SingleFlight<std::string, ImageAnswer>;
  // `coalesced`: joined a flight that another caller had begun.
  using Done = std::function<void(const Flights::Result& answer, bool coalesced)>;

  ImagePipeline(const Options& options, const Deps& deps);

  // `done` runs once, on any thread, perhaps before Get returns; never after a Leave that returned
  // true. Null when it has run already. Codes: kInvalidArgument, kNotFound, kPermissionDenied,
  // kFailedPrecondition (bytes that are no usable picture), kResourceExhausted (busy here),
  // kUnavailable and kDeadlineExceeded (the origin does not answer). Every failure is answered with
  // a stale image instead, where one is held.
  std::shared_ptr<Flights::Waiter> Get(const ImageKey& key, Done done);

  // Removes what the scope covers from all tiers and forgets its failures. Blocks on disk.
  Purged Purge(const PurgeScope& scope);

  // Flights under way.
  size_t flights() const { return flights_.size(); }

 private:
  class PipelineRun;

  std::shared_ptr<Flights::Waiter> Join(const ImageKey& key, bool answer_stale, Done done);
  // Asks the origin about a picture that was answered stale; nobody waits for it.
  // Whether it was made of a substitute (Original::is_substitute): worth showing, not worth
  // keeping.
  static bool IsForNow(const ImageKey& key, const CachedImage& image);
  void Revalidate(const ImageKey& key);
  // Whether memory holds the description at `key` of an original with these bytes.
  bool IsDescribed(const std::string& original_digest, const ImageKey& key) const;
  // Describes an original that is held since a picture was made of it, if that has not been done
  // and no picture waits for a slot.
  void DescribeInBackground(const OriginalKey& original, const std::string& original_digest);

  const Options options_;
  const Deps deps_;
  Flights flights_;
};

}  // namespace marquee::imageproc
