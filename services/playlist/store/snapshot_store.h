// The last good playlists on disk, so that a restart serves it before any source has answered.
#pragma once

#include <absl/status/statusor.h>

#include <filesystem>
#include <memory>

#include "libs/files/file_system.h"
#include "libs/obs/logger.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// One writer at a time. What a reader finds is always a whole snapshot, the old one or the new
// one, whenever the process or the machine died.
class SnapshotStore {
 public:
  // Larger files are put aside unread.
  static constexpr size_t kMaxFileBytes = size_t{512} << 20;

  // Keeps playlist.snapshot, music.snapshot and games.snapshot in `folder`, which is the store's
  // own and is made when missing.
  SnapshotStore(files::FileSystem& files, std::filesystem::path folder, obs::Logger& logger);

  // Makes the folder and removes what an interrupted Save left behind. An error means that Save
  // will not work either; the message names the folder.
  absl::Status Prepare();

  // kNotFound: there is none. kDataLoss: there was one that cannot be used; it has been put aside
  // as <name>.bad (replacing an older one) and the log says why. Any other error: it
  // cannot be read now, and is left where it is.
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
