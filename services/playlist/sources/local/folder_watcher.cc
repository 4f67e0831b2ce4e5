#include "services/playlist/sources/local/folder_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace marquee::playlist {
namespace {

// IN_CLOSE_WRITE instead of IN_MODIFY: a file is useful only after it was completely copied.
// IN_CREATE detects new folders and links.
constexpr uint32_t kMask = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                           IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;

}  // namespace

FolderWatcher::FolderWatcher(const LocalRoot& root, Options options, const Deps& deps,
                             std::function<void()> changed)
    : root_(root),
      options_(std::move(options)),
      clock_(deps.clock),
      logger_(deps.logger),
      changed_(std::move(changed)),
      debouncer_(options_.quiet, options_.longest) {}

FolderWatcher::~FolderWatcher() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  while (::write(wake_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
}

void FolderWatcher::Start() {
  wake_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  inotify_ = UniqueFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify_.valid()) FallBack(std::generic_category().message(errno));
  thread_ = std::thread([this] {
    Begin();
    Run();
  });
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(kStartWithin);
  base::MutexLock lock(mutex_);
  while (!watching_) {
    if (begun_.WaitUntil(lock, deadline)) continue;
    is_late_ = !watching_;
    break;
  }
  if (is_late_) {
    logger_.Warn("a folder does not answer; it is watched for changes once it does",
                 {{"source", options_.name}});
  }
}

void FolderWatcher::Begin() {
  RootChanged();
  WatchFolders();
  next_look_ = clock_.Monotonic() + options_.look_every;
  bool is_late = false;
  {
    const base::MutexLock lock(mutex_);
    watching_ = true;
    is_late = is_late_;
    begun_.NotifyAll();
  }
  if (is_late) changed_();
}

void FolderWatcher::FallBack(std::string_view why) {
  if (complete_) next_rescan_ = clock_.Monotonic() + options_.rescan_every;
  complete_ = false;
  if (std::exchange(said_incomplete_, true)) return;
  logger_.Warn("not every folder can be watched for changes; rescanning at intervals instead",
               {{"source", options_.name},
                {"reason", why},
                {"interval_s", absl::ToInt64Seconds(options_.rescan_every)}});
}

void FolderWatcher::WatchFolders() {
  if (!inotify_.valid()) return;
  const auto scan = ScanFolder(root_, options_.scan, clock_, {});
  if (!scan.ok()) return;  // RootChanged detects when it exists again
  const std::vector<std::string>& folders = scan->folders;
  if (folders.size() > options_.max_watches) {
    FallBack("more folders than max_watches");
  }
  const size_t count = std::min(folders.size(), options_.max_watches);
  for (size_t i = 0; i < count; ++i) {
    // Adding a folder that is already watched has no effect. The kernel removes a watch together
    // with its folder.
    const auto path = folders[i].empty() ? root_.path() : root_.path() / folders[i];
    if (::inotify_add_watch(inotify_.get(), path.c_str(), kMask) >= 0) continue;
    if (errno == ENOENT || errno == ENOTDIR) {
      // Removed since it was listed; detected by its parent's watch or by RootChanged.
    } else {
      FallBack(std::generic_category().message(errno));
      return;
    }
  }
}

bool FolderWatcher::TakeEvents() {
  alignas(inotify_event) std::array<char, 16 * (sizeof(inotify_event) + NAME_MAX + 1)> buffer;
  bool relevant = false;
  while (true) {
    const ssize_t length = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (length <= 0) return relevant;
    for (ssize_t at = 0; at < length;) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      // Hidden names are temporary files of editors or copy programs. Events of the folder itself
      // and overflows have no name.
      const std::string_view name =
          event.len > 0 ? std::string_view(buffer.data() + at + sizeof event) : std::string_view();
      if (!name.starts_with('.') || IsIgnoreFileName(name)) relevant = true;
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

bool FolderWatcher::RootChanged() {
  struct stat info = {};
  const bool present = ::stat(root_.path().c_str(), &info) == 0 && S_ISDIR(info.st_mode);
  const std::pair<uint64_t, uint64_t> id =
      present ? std::pair<uint64_t, uint64_t>(info.st_dev, info.st_ino)
              : std::pair<uint64_t, uint64_t>();
  return std::exchange(root_id_, id) != id && present;
}

int FolderWatcher::TimeoutMs() const {
  auto due = debouncer_.due();
  due = due ? std::min(*due, next_look_) : next_look_;
  if (!complete_) due = std::min(*due, next_rescan_);
  const int64_t ms = absl::ToInt64Milliseconds(*due - clock_.Monotonic()) + 1;
  return static_cast<int>(std::clamp<int64_t>(ms, 0, INT_MAX));
}

void FolderWatcher::Run() {
  std::array<pollfd, 2> waits = {pollfd{wake_.get(), POLLIN, 0},
                                 pollfd{inotify_.get(), POLLIN, 0}};  // poll ignores -1
  while (true) {
    const int ready = ::poll(waits.data(), waits.size(), TimeoutMs());
    if (ready < 0 && errno != EINTR) return;
    if ((waits[0].revents & POLLIN) != 0) return;
    const absl::Duration now = clock_.Monotonic();
    if (ready > 0 && (waits[1].revents & POLLIN) != 0 && TakeEvents()) debouncer_.Changed(now);
    bool signal = debouncer_.Fire(now);
    if (now >= next_look_) {
      next_look_ = now + options_.look_every;
      signal = RootChanged() || signal;
    }
    if (!complete_ && now >= next_rescan_) {
      next_rescan_ = now + options_.rescan_every;
      signal = true;
    }
    if (signal) {
      WatchFolders();
      changed_();
    }
  }
}

}  // namespace marquee::playlist
