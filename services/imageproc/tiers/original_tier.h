// Originals, kept beside the finished images so that several sizes of one picture cost one fetch.
// They share the disk store's bytes and age; while the disk cannot be used, an original is held in
// memory for the flight that fetched it and then gone.
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

// All references must outlive it. Thread-safe.
class OriginalTier {
 public:
  struct Options {
    uint64_t max_bytes = uint64_t{64} << 20;         // of one original on disk
    uint64_t max_memory_bytes = uint64_t{16} << 20;  // of one that has to be held in memory
  };

  // Takes an original in, piece by piece. One thread. Dropped without Commit: nothing happened.
  class Writer {
   public:
    // kFailedPrecondition: it is larger than an original may be. kResourceExhausted: larger than
    // what can be held in memory, the disk being ill.
    absl::Status Append(std::string_view piece);
    // Makes it readable, and findable if the disk can be used.
    absl::StatusOr<Original> Commit();

   private:
    friend class OriginalTier;
    Writer(OriginalTier& tier, const OriginalKey& key, std::string validator);
    absl::Status AppendToMemory(std::string_view piece);
    absl::Status MoveToMemory();

    OriginalTier& tier_;
    const std::string name_;
    const std::string validator_;
    std::unique_ptr<EntryWriter> file_;  // null: in memory
    std::string memory_;
  };

  OriginalTier(const Options& options, DiskStore& store, const base::Clock& clock,
               obs::Logger& logger)
      : options_(options), store_(store), clock_(clock), logger_(logger) {}

  // Whatever is held, however long ago the origin confirmed it. kNotFound: nothing, or too old.
  absl::StatusOr<Original> Get(const OriginalKey& key);

  // `validator`: the origin's own, for asking again later; may be empty.
  std::unique_ptr<Writer> Begin(const OriginalKey& key, std::string validator);

  // The origin says that what is held is still good.
  void Confirm(const OriginalKey& key);

 private:
  const Options options_;
  DiskStore& store_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  std::atomic<uint64_t> next_temporary_ = 0;
};

}  // namespace marquee::imageproc
