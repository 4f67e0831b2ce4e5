#include "services/imageproc/tiers/original_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "libs/base/status.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kCheckPieceBytes = 256 * 1024;

absl::Status Failed(std::string_view doing, const std::filesystem::path& path, int error) {
  const std::string message = fmt::format("disk tier: cannot {} {}: {}", doing, path.string(),
                                          std::generic_category().message(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  return absl::UnavailableError(message);
}

// Returns the number of bytes read, less than requested only at the end, or -errno.
ssize_t ReadFully(int fd, uint64_t offset, std::span<char> into) {
  size_t length = 0;
  while (length < into.size()) {
    const ssize_t got =
        pread(fd, into.data() + length, into.size() - length, static_cast<off_t>(offset + length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(length);
}

// Returns 0 or errno.
int WriteFully(int fd, uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    offset += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

absl::StatusOr<EntryHeader> ReadHeader(int fd, const std::filesystem::path& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return Failed("read", path, errno);
  std::string head(kEntryFixedBytes + kMaxDescriptionBytes, '\0');
  const ssize_t head_bytes = ReadFully(fd, 0, head);
  if (head_bytes < 0) return Failed("read", path, static_cast<int>(-head_bytes));
  head.resize(static_cast<size_t>(head_bytes));
  return DecodeEntryHead(head, static_cast<uint64_t>(info.st_size));
}

}  // namespace

absl::StatusOr<EntryHeader> ReadEntryHeader(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failed("open", path, errno);
  absl::StatusOr<EntryHeader> header = ReadHeader(fd, path);
  close(fd);
  return header;
}

EntryBlob::~EntryBlob() { close(fd_); }

absl::StatusOr<EntryBlob::Opened> EntryBlob::Open(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failed("open", path, errno);
  std::shared_ptr<EntryBlob> blob(new EntryBlob(fd));  // the blob closes fd from here on
  MARQUEE_ASSIGN_OR_RETURN(EntryHeader header, ReadHeader(fd, path));
  blob->offset_ = header.body_offset;
  blob->bytes_ = header.body_bytes;

  Digester digester;
  std::vector<char> piece(kCheckPieceBytes);
  for (uint64_t offset = 0; offset < header.body_bytes;) {
    MARQUEE_ASSIGN_OR_RETURN(const size_t got, blob->ReadAt(offset, piece));
    if (got == 0) return absl::DataLossError("damaged");
    digester.Add({piece.data(), got});
    offset += got;
  }
  if (digester.Result() != header.body_digest) return absl::DataLossError("damaged");
  return Opened{.blob = std::move(blob), .header = std::move(header)};
}

absl::StatusOr<size_t> EntryBlob::ReadAt(uint64_t offset, std::span<char> into) const {
  if (offset >= bytes_) return size_t{0};
  const ssize_t got = ReadFully(fd_, offset_ + offset,
                                into.first(std::min<uint64_t>(into.size(), bytes_ - offset)));
  if (got < 0) return Failed("read", "an original", static_cast<int>(-got));
  return static_cast<size_t>(got);
}

EntryWriter::EntryWriter(std::filesystem::path temporary, int fd,
                         const EntryDescription& description)
    : temporary_(std::move(temporary)),
      fd_(fd),
      description_(description),
      // The head has the same length whatever the body.
      body_offset_(EncodeEntryHead(description, 0, DigestOf(""), absl::UnixEpoch()).size()) {}

EntryWriter::~EntryWriter() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(temporary_.c_str());
}

absl::StatusOr<std::unique_ptr<EntryWriter>> EntryWriter::Begin(
    std::filesystem::path temporary, const EntryDescription& description) {
  const int fd = open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Failed("write", temporary, errno);
  return std::unique_ptr<EntryWriter>(new EntryWriter(std::move(temporary), fd, description));
}

absl::Status EntryWriter::Append(std::string_view piece) {
  const int error = WriteFully(fd_, body_offset_ + body_bytes_, piece);
  if (error != 0) return Failed("write", temporary_, error);
  digester_.Add(piece);
  body_bytes_ += piece.size();
  return absl::OkStatus();
}

uint64_t EntryWriter::file_bytes() const { return body_offset_ + body_bytes_; }

absl::StatusOr<std::string> EntryWriter::ReadBody(uint64_t max_bytes) const {
  if (body_bytes_ > max_bytes) {
    return absl::ResourceExhaustedError("disk tier: failed while a large original arrived");
  }
  std::string body(body_bytes_, '\0');
  const ssize_t got = ReadFully(fd_, body_offset_, body);
  if (got < 0) return Failed("read", temporary_, static_cast<int>(-got));
  if (static_cast<size_t>(got) != body.size())
    return absl::UnavailableError("disk tier: file shorter than written");
  return body;
}

absl::StatusOr<EntryWriter::Committed> EntryWriter::Commit(const std::filesystem::path& path,
                                                           absl::Time now) {
  std::string digest = digester_.Result();
  const std::string head = EncodeEntryHead(description_, body_bytes_, digest, now);
  int error = WriteFully(fd_, 0, head);
  if (error == 0 && rename(temporary_.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) return Failed("write", path, error);
  std::shared_ptr<EntryBlob> blob(new EntryBlob(std::exchange(fd_, -1)));
  blob->offset_ = body_offset_;
  blob->bytes_ = body_bytes_;
  return Committed{.blob = std::move(blob), .digest = std::move(digest)};
}

absl::Status WriteConfirmedAt(const std::filesystem::path& path, absl::Time time) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return Failed("write", path, errno);
  const int error = WriteFully(fd, kConfirmedAtOffset, EncodeConfirmedAt(time));
  close(fd);
  return error == 0 ? absl::OkStatus() : Failed("write", path, error);
}

}  // namespace marquee::imageproc
