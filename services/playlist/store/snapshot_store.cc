#include "services/playlist/store/snapshot_store.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/store/snapshot_codec.h"

namespace marquee::playlist {

SnapshotStore::SnapshotStore(files::FileSystem& files, std::filesystem::path folder,
                             obs::Logger& logger)
    : files_(files), folder_(std::move(folder)), logger_(logger) {}

std::filesystem::path SnapshotStore::PathOf(PlaylistKind kind) const {
  if (kind == PlaylistKind::kMain) return folder_ / "playlist.snapshot";
  return folder_ / fmt::format("{}.snapshot", NameOf(kind));
}

absl::Status SnapshotStore::Prepare() {
  MARQUEE_RETURN_IF_ERROR(files_.MakeDirs(folder_));
  MARQUEE_ASSIGN_OR_RETURN(const auto names, files_.List(folder_));
  for (const auto& name : names) {
    if (files::IsTemporary(name)) MARQUEE_RETURN_IF_ERROR(files_.Remove(folder_ / name));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Snapshot>> SnapshotStore::Load(PlaylistKind kind) {
  const std::filesystem::path path = PathOf(kind);
  auto bytes = files_.Read(path, kMaxFileBytes);
  if (absl::IsOutOfRange(bytes.status())) return PutAside(path, {}, bytes.status());
  MARQUEE_RETURN_IF_ERROR(bytes.status());
  auto snapshot = DecodeSnapshot(*bytes);
  if (!snapshot.ok()) return PutAside(path, *bytes, snapshot.status());
  return snapshot;
}

absl::Status SnapshotStore::PutAside(const std::filesystem::path& path, std::string_view bytes,
                                     const absl::Status& why) {
  std::filesystem::path aside = path;
  aside += ".bad";
  // For a file that is too large to read, an empty .bad file records that it existed.
  const absl::Status kept = files_.WriteAtomically(aside, bytes);
  const absl::Status removed = files_.Remove(path);
  logger_.Warn("the stored playlist is damaged and was moved aside",
               {{"file", path.string()},
                {"aside", aside.string()},
                {"reason", base::MessageOf(why)},
                {"kept", kept.ok()},
                {"removed", removed.ok()}});
  return absl::DataLossError(why.message());
}

absl::Status SnapshotStore::Save(const Snapshot& snapshot, PlaylistKind kind) {
  return files_.WriteAtomically(PathOf(kind), EncodeSnapshot(snapshot));
}

}  // namespace marquee::playlist
