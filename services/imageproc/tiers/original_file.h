// Originals on disk: written in pieces as they arrive and read in pieces as they are decoded, so
// that no original needs to be in memory as a whole.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "services/imageproc/model/digest.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/tiers/entry_format.h"

namespace marquee::imageproc {

// Reads only what precedes the body of an entry file. Errors as EntryBlob::Open.
absl::StatusOr<EntryHeader> ReadEntryHeader(const std::filesystem::path& path);

// The body of an entry file. Keeps the file open, so it stays readable after the file was removed.
class EntryBlob final : public Blob {
 public:
  ~EntryBlob() override;
  EntryBlob(const EntryBlob&) = delete;
  EntryBlob& operator=(const EntryBlob&) = delete;

  struct Opened {
    std::shared_ptr<EntryBlob> blob;
    EntryHeader header;
  };
  // kNotFound: no such file. kDataLoss: damaged; Open reads the whole body to verify it.
  // kUnavailable: the disk fails.
  static absl::StatusOr<Opened> Open(const std::filesystem::path& path);

  uint64_t size() const override { return bytes_; }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> into) const override;

 private:
  friend class EntryWriter;
  explicit EntryBlob(int fd) : fd_(fd) {}

  const int fd_;
  uint64_t offset_ = 0;  // of the body in the file; set before the blob is shared
  uint64_t bytes_ = 0;
};

// Writes an entry file whose body arrives in pieces. Not thread-safe. Destroying a writer without
// Commit removes the file.
class EntryWriter {
 public:
  // Creates the file `temporary`. kUnavailable: it cannot be created.
  static absl::StatusOr<std::unique_ptr<EntryWriter>> Begin(std::filesystem::path temporary,
                                                            const EntryDescription& description);
  ~EntryWriter();
  EntryWriter(const EntryWriter&) = delete;
  EntryWriter& operator=(const EntryWriter&) = delete;

  absl::Status Append(std::string_view piece);
  uint64_t body_bytes() const { return body_bytes_; }
  uint64_t file_bytes() const;
  // Reads the body appended so far. kResourceExhausted: it is longer than `max_bytes`.
  absl::StatusOr<std::string> ReadBody(uint64_t max_bytes) const;

  struct Committed {
    std::shared_ptr<EntryBlob> blob;
    std::string digest;
  };
  // Renames the file to `path`, whose folder must exist. Do not call Append afterwards.
  absl::StatusOr<Committed> Commit(const std::filesystem::path& path, absl::Time now);

 private:
  EntryWriter(std::filesystem::path temporary, int fd, const EntryDescription& description);

  const std::filesystem::path temporary_;
  int fd_;
  const EntryDescription description_;
  uint64_t body_offset_ = 0;
  uint64_t body_bytes_ = 0;
  Digester digester_;
};

// Writes the time at which the origin last confirmed the entry.
absl::Status WriteConfirmedAt(const std::filesystem::path& path, absl::Time time);

}  // namespace marquee::imageproc
