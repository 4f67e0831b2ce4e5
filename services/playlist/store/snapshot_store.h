// Stores the last published playlists on disk, so that a restart serves them before any source has
// responded.
#pragma once

#include <absl/status/statusor.h>

#include <filesystem>
#include <memory>

#include "libs/files/file_system.h"
#include "libs/obs/logger.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// One writer at a time. Readers always find a complete snapshot, the old or the new one, even after
// the process or the machine crashed at any time.
class SnapshotStore {
 public:
  // Larger files are moved aside unread.
  static constexpr size_t kMaxFileBytes = size_t{512} << 20;

  // Uses playlist.snapshot, music.snapshot and games.snapshot in `folder`, which only the store
  // uses and which is created if missing.
  SnapshotStore(files::FileSystem& files, std::filesystem::path folder, obs::Logger& logger);

  // Creates the folder and removes files left by an interrupted Save. An error means that Save will
  // fail too; the message names the folder.
  absl::Status Prepare();

  // kNotFound: no snapshot. kDataLoss: the snapshot is unusable; it was moved to <name>.bad
  // (replacing an older one), and the reason was logged. Other errors: it cannot be read at present
  // and is left in place.
  absl::StatusOr<std::shared_ptr<const Snapshot>> Load(PlaylistKind kind = PlaylistKind::kMain);

  absl::Status Save(const Snapshot& snapshot, PlaylistKind kind = PlaylistKind::kMain);

 private:
  std::filesystem::path PathOf(PlaylistKind kind) const;
  absl::Status PutAside(const std::filesystem::path& path, std::string_view bytes,
                        const absl::Status& why);

  files::FileSystem& files_;
  const std::filesystem::path folder_;
  obs::Logger& logger_;
};

}  // namespace marquee::playlist
