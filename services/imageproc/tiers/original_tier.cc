#include "services/imageproc/tiers/original_tier.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/status.h"
#include "services/imageproc/model/digest.h"

namespace marquee::imageproc {
namespace {

// Space is checked in steps of this size, so that a full file system is noticed while an original
// arrives.
constexpr uint64_t kExpectedBytes = uint64_t{4} << 20;

std::string NameOf(const OriginalKey& key) { return DigestOf(key.Text()) + ".orig"; }

}  // namespace

absl::StatusOr<Original> OriginalTier::Get(const OriginalKey& key) {
  const std::string name = NameOf(key);
  absl::StatusOr<EntryBlob::Opened> opened = EntryBlob::Open(store_.PathOf(name));
  if (opened.status().code() == absl::StatusCode::kUnavailable) {
    store_.ReportFailure(opened.status());
  }
  if (opened.status().code() == absl::StatusCode::kDataLoss) {
    store_.Drop(name, DiskStore::DropCause::kCorrupt);
    logger_.Warn("damaged original dropped from the image disk tier",
                 {{"image", key.DebugString()}, {"file", name}});
  }
  if (!opened.ok()) return opened.status();
  const EntryHeader& header = opened->header;
  if (header.description.key != key.Text() ||
      clock_.Now() >= header.description.created_at + store_.ttl()) {
    return absl::NotFoundError("not held");
  }
  store_.Adopt(name, header.body_offset + header.body_bytes, header.description.created_at);
  return Original{.blob = std::move(opened->blob),
                  .validator = header.description.validator,
                  .digest = header.body_digest,
                  .fetched_at = header.confirmed_at};
}

std::unique_ptr<OriginalTier::Writer> OriginalTier::Begin(const OriginalKey& key,
                                                          std::string validator) {
  EntryDescription description;
  description.key = key.Text();
  description.created_at = clock_.Now();
  description.fresh_until = description.created_at;
  description.validator = validator;
  std::unique_ptr<Writer> writer(new Writer(*this, key, std::move(validator)));
  if (!store_.CheckRoom(kExpectedBytes).ok()) return writer;
  const std::filesystem::path temporary =
      store_.spool() / fmt::format("{}.{}", writer->name_, next_temporary_++);
  absl::StatusOr<std::unique_ptr<EntryWriter>> file = EntryWriter::Begin(temporary, description);
  if (file.status().code() ==
      absl::StatusCode::kNotFound) {  // the folder was deleted: create it again
    if (store_.MakeSpool().ok()) file = EntryWriter::Begin(temporary, description);
  }
  if (file.ok()) {
    writer->file_ = *std::move(file);
  } else {
    store_.ReportFailure(file.status());
  }
  return writer;
}

void OriginalTier::Confirm(const OriginalKey& key) {
  // If this fails, the original is revalidated earlier than necessary.
  WriteConfirmedAt(store_.PathOf(NameOf(key)), clock_.Now()).IgnoreError();
}

OriginalTier::Writer::Writer(OriginalTier& tier, const OriginalKey& key, std::string validator)
    : tier_(tier), name_(NameOf(key)), validator_(std::move(validator)) {}

absl::Status OriginalTier::Writer::Append(std::string_view piece) {
  if (file_ == nullptr) return AppendToMemory(piece);
  if (file_->body_bytes() + piece.size() > tier_.options_.max_bytes) {
    return absl::FailedPreconditionError(
        fmt::format("too large: more than {} MB", tier_.options_.max_bytes >> 20));
  }
  if (const absl::Status written = file_->Append(piece); !written.ok()) {
    tier_.store_.ReportFailure(written);
    MARQUEE_RETURN_IF_ERROR(MoveToMemory());
    return AppendToMemory(piece);
  }
  return absl::OkStatus();
}

absl::Status OriginalTier::Writer::AppendToMemory(std::string_view piece) {
  if (memory_.size() + piece.size() > tier_.options_.max_memory_bytes) {
    return absl::ResourceExhaustedError(
        fmt::format("larger than the {} MB that fit in memory while the disk tier is unavailable",
                    tier_.options_.max_memory_bytes >> 20));
  }
  memory_ += piece;
  return absl::OkStatus();
}

// A write failed part-way; the bytes written before can most likely be read.
absl::Status OriginalTier::Writer::MoveToMemory() {
  MARQUEE_ASSIGN_OR_RETURN(memory_, file_->ReadBody(tier_.options_.max_memory_bytes));
  file_ = nullptr;
  return absl::OkStatus();
}

absl::StatusOr<Original> OriginalTier::Writer::Commit() {
  Original original{
      .blob = nullptr, .validator = validator_, .digest = "", .fetched_at = tier_.clock_.Now()};
  if (file_ != nullptr) {
    const uint64_t file_bytes = file_->file_bytes();
    absl::Status usable = tier_.store_.MakeFolderOf(name_);
    if (usable.ok()) {
      auto committed = file_->Commit(tier_.store_.PathOf(name_), tier_.clock_.Now());
      usable = committed.status();
      if (committed.ok()) {
        original.blob = std::move(committed->blob);
        original.digest = std::move(committed->digest);
      }
    }
    if (usable.ok()) {
      tier_.store_.ReportSuccess();
      tier_.store_.Adopt(name_, file_bytes, tier_.clock_.Now());
      return original;
    }
    tier_.store_.ReportFailure(usable);
    MARQUEE_RETURN_IF_ERROR(MoveToMemory());
  }
  original.digest = DigestOf(memory_);
  original.blob = std::make_shared<const MemoryBlob>(std::move(memory_));
  return original;
}

}  // namespace marquee::imageproc
