#include "services/playlist/sources/local/system_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

// Lower case. Includes the lists of Plex Media Server and Jellyfin.
constexpr auto kFolders = std::to_array<std::string_view>({
    // Synology
    "@eadir",
    "#recycle",
    "#snapshot",
    "@tmp",
    "@appstore",
    "@appdata",
    "@database",
    "@sharebin",
    "@sharesnap",
    "@synologydrive",
    "@synofinder-log",
    "@s2s",
    "@cloudsync",
    "@img_bkp_cache",
    // QNAP
    "@recycle",
    "@recently-snapshot",
    "@__thumb",
    "@__qini",
    "@transcode",
    "@upload_cache",
    // Windows
    "$recycle.bin",
    "recycler",
    "recycled",
    "recycle bin",
    "system volume information",
    "$winreagent",
    "$windows.~bt",
    "$windows.~ws",
    "$sysreset",
    "$extend",
    "config.msi",
    "msdownld.tmp",
    // macOS, and netatalk for it
    "__macosx",
    "network trash folder",
    "temporary items",
    "thevolumesettingsfolder",
    // Linux, TrueNAS, Nextcloud and ownCloud
    "lost+found",
    "ix-applications",
    "files_trashbin",
    "files_versions",
    // Media servers, and folders that Kodi uses beside a film
    "plex versions",
    "extrafanart",
    "extrathumbs",
    // Discs: menus and chapters
    "bdmv",
    "video_ts",
    "audio_ts",
    "hvdvd_ts",
    "certificate",
});

// Libraries of photo programs, previews, Jellyfin's trickplay tiles, Safari's downloads.
constexpr auto kFolderEndings = std::to_array<std::string_view>(
    {".photoslibrary", ".photolibrary", ".migratedphotolibrary", ".aplibrary", ".lrdata",
     ".lrlibrary", ".trickplay", ".itlp", ".download", ".sparsebundle", ".dvdmedia", ".partial"});

// Nextcloud's previews; downloaders that unpack (SABnzbd, NZBGet); files recovered by chkdsk.
constexpr auto kFolderBeginnings =
    std::to_array<std::string_view>({"appdata_", "_unpack_", "_failed_", "found.0"});

// Between a name and its extension.
constexpr auto kUnfinished = std::to_array<std::string_view>(
    {".part", ".partial", ".tmp", ".temp", ".crdownload", ".opdownload", ".filepart", ".!ut",
     ".!qb", ".!sync", ".aria2", ".conflict"});

// Anywhere in a name: Syncthing; Nextcloud, ownCloud and Dropbox.
constexpr auto kConflicts = std::to_array<std::string_view>(
    {".sync-conflict-", "~syncthing~", "conflicted copy", "(case conflict", "_conflict-20"});

template <class Names>
bool BeginsWithOne(std::string_view text, const Names& names) {
  return std::ranges::any_of(names, [&](auto name) { return text.starts_with(name); });
}
template <class Names>
bool EndsInOne(std::string_view text, const Names& names) {
  return std::ranges::any_of(names, [&](auto name) { return text.ends_with(name); });
}

}  // namespace

bool IsSystemFolder(std::string_view name) {
  if (name.starts_with('.')) return true;
  const std::string lower = LowerAscii(name);
  return std::ranges::find(kFolders, lower) != kFolders.end() || EndsInOne(lower, kFolderEndings) ||
         BeginsWithOne(lower, kFolderBeginnings);
}

bool IsSystemFile(std::string_view name) {
  if (name.starts_with('.') || name.starts_with("~$")) return true;
  const std::string lower = LowerAscii(name);
  const std::string_view stem = Stem(lower);
  // Windows and its media player; albumartsmall, albumart_{GUID}_large.
  if (stem == "thumbs" || stem.starts_with("albumart")) return true;
  if (stem.starts_with("synophoto_thumb")) return true;
  return EndsInOne(stem, kUnfinished) || std::ranges::any_of(kConflicts, [&](auto mark) {
           return lower.find(mark) != std::string::npos;
         });
}

}  // namespace marquee::playlist
