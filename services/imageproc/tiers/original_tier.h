// Originals, stored beside the finished images so that several sizes of one image need only one
// fetch. They share the disk store's limits of bytes and age. While the disk is unusable, an
// original is held in memory only for the flight that fetched it.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/imageproc/model/image_key.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/tiers/disk_store.h"
#include "services/imageproc/tiers/original_file.h"

namespace marquee::imageproc {

// References must outlive it. Thread-safe.
class OriginalTier {
 public:
  struct Options {
    uint64_t max_bytes = uint64_t{64} << 20;  // largest original on disk
    uint64_t max_memory_bytes = uint64_t{16}
                                << 20;  // largest original held in memory without a disk
  };

  // Stores one original from pieces. Not thread-safe. Destroying it without Commit discards the
  // pieces.
  class Writer {
   public:
    // kFailedPrecondition: larger than the limit for originals. kResourceExhausted: the disk fails
    // and it is larger than the limit for memory.
    absl::Status Append(std::string_view piece);
    // Makes the original readable, and findable if the disk works.
    absl::StatusOr<Original> Commit();

   private:
    friend class OriginalTier;
    Writer(OriginalTier& tier, const OriginalKey& key, std::string validator);
    absl::Status AppendToMemory(std::string_view piece);
    absl::Status MoveToMemory();

    OriginalTier& tier_;
    const std::string name_;
    const std::string validator_;
    std::unique_ptr<EntryWriter> file_;  // null: held in memory
    std::string memory_;
  };

  OriginalTier(const Options& options, DiskStore& store, const base::Clock& clock,
               obs::Logger& logger)
      : options_(options), store_(store), clock_(clock), logger_(logger) {}

  // Returns the stored original whatever its freshness. kNotFound: none, or expired.
  absl::StatusOr<Original> Get(const OriginalKey& key);

  // `validator`: of the origin, for later revalidation; may be empty.
  std::unique_ptr<Writer> Begin(const OriginalKey& key, std::string validator);

  // Records that the origin has confirmed the stored original.
  void Confirm(const OriginalKey& key);

 private:
  const Options options_;
  DiskStore& store_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  std::atomic<uint64_t> next_temporary_ = 0;
};

}  // namespace marquee::imageproc
