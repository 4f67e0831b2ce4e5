#include "services/devices/store/sqlite/faulty_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::devices {
namespace {

// Overwritten contents of a file and its earlier length.
struct Undo {
  sqlite3_int64 size;
  sqlite3_int64 offset;
  std::vector<char> bytes;
};

struct Shim;

// SQLite allocates this struct and the real file after it in one block.
struct File {
  sqlite3_file base;
  Shim* shim;
  std::vector<Undo>* undo;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct Shim {
  sqlite3_vfs vfs = {};
  sqlite3_vfs* system = nullptr;
  std::string name;
  int64_t fail_at = 0;
  bool forgets = false;
  base::Mutex mutex;
  int64_t operations MARQUEE_GUARDED_BY(mutex) = 0;
  bool dead MARQUEE_GUARDED_BY(mutex) = false;
  std::set<File*> open MARQUEE_GUARDED_BY(mutex);

  // Counts a modifying operation; false: it fails, as do all later ones.
  bool Passes() {
    const base::MutexLock lock(mutex);
    if (!dead && ++operations == fail_at) {
      dead = true;
      for (File* file : open) {
        if (forgets) TakeBack(*file);
      }
    }
    return !dead;
  }
  bool IsDead() {
    const base::MutexLock lock(mutex);
    return dead;
  }

  static void TakeBack(File& file) {
    sqlite3_file* const real = file.real();
    for (auto undo = file.undo->rbegin(); undo != file.undo->rend(); ++undo) {
      if (!undo->bytes.empty()) {
        real->pMethods->xWrite(real, undo->bytes.data(), static_cast<int>(undo->bytes.size()),
                               undo->offset);
      }
      real->pMethods->xTruncate(real, undo->size);
    }
    file.undo->clear();
  }
};

File& Own(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

// Saves the contents between `offset` and `end`.
void Remember(File& file, sqlite3_int64 offset, sqlite3_int64 end) {
  sqlite3_file* const real = file.real();
  Undo undo{.size = 0, .offset = offset, .bytes = {}};
  real->pMethods->xFileSize(real, &undo.size);
  const sqlite3_int64 there = std::min(end, undo.size);
  if (there > offset) {
    undo.bytes.resize(static_cast<size_t>(there - offset));
    real->pMethods->xRead(real, undo.bytes.data(), static_cast<int>(undo.bytes.size()), offset);
  }
  file.undo->push_back(std::move(undo));
}

int Close(sqlite3_file* file) {
  File& own = Own(file);
  {
    const base::MutexLock lock(own.shim->mutex);
    own.shim->open.erase(&own);
  }
  delete own.undo;
  return own.real()->pMethods->xClose(own.real());
}
int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  File& own = Own(file);
  if (own.shim->IsDead()) return SQLITE_IOERR_READ;
  return own.real()->pMethods->xRead(own.real(), to, size, offset);
}
int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  File& own = Own(file);
  if (!own.shim->Passes()) return SQLITE_IOERR_WRITE;
  Remember(own, offset, offset + size);
  return own.real()->pMethods->xWrite(own.real(), from, size, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  File& own = Own(file);
  if (!own.shim->Passes()) return SQLITE_IOERR_TRUNCATE;
  sqlite3_int64 whole = 0;
  own.real()->pMethods->xFileSize(own.real(), &whole);
  Remember(own, size, whole);
  return own.real()->pMethods->xTruncate(own.real(), size);
}
// The host does not crash, so the data that the model treats as synced need no real sync.
int Sync(sqlite3_file* file, int) {
  File& own = Own(file);
  if (!own.shim->Passes()) return SQLITE_IOERR_FSYNC;
  own.undo->clear();
  return SQLITE_OK;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Own(file).real()->pMethods->xFileSize(Own(file).real(), size);
}
int Lock(sqlite3_file* file, int kind) {
  return Own(file).real()->pMethods->xLock(Own(file).real(), kind);
}
int Unlock(sqlite3_file* file, int kind) {
  return Own(file).real()->pMethods->xUnlock(Own(file).real(), kind);
}
int CheckReservedLock(sqlite3_file* file, int* held) {
  return Own(file).real()->pMethods->xCheckReservedLock(Own(file).real(), held);
}
int FileControl(sqlite3_file* file, int what, void* with) {
  return Own(file).real()->pMethods->xFileControl(Own(file).real(), what, with);
}
int SectorSize(sqlite3_file* file) {
  return Own(file).real()->pMethods->xSectorSize(Own(file).real());
}
// None: no guarantee about combined writes, so that SQLite makes every required sync.
int Characteristics(sqlite3_file*) { return 0; }
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** to) {
  return Own(file).real()->pMethods->xShmMap(Own(file).real(), region, size, extend, to);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Own(file).real()->pMethods->xShmLock(Own(file).real(), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { Own(file).real()->pMethods->xShmBarrier(Own(file).real()); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return Own(file).real()->pMethods->xShmUnmap(Own(file).real(), remove);
}

const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     Characteristics,
                                     ShmMap,
                                     ShmLock,
                                     ShmBarrier,
                                     ShmUnmap,
                                     nullptr,
                                     nullptr};

Shim& ShimOf(sqlite3_vfs* vfs) { return *static_cast<Shim*>(vfs->pAppData); }

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  Shim& shim = ShimOf(vfs);
  File& own = Own(file);
  own.base.pMethods = nullptr;
  if (shim.IsDead()) return SQLITE_CANTOPEN;
  const int code = shim.system->xOpen(shim.system, name, own.real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  own.base.pMethods = &kMethods;
  own.shim = &shim;
  own.undo = new std::vector<Undo>();
  const base::MutexLock lock(shim.mutex);
  shim.open.insert(&own);
  return SQLITE_OK;
}
int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  Shim& shim = ShimOf(vfs);
  if (!shim.Passes()) return SQLITE_IOERR_DELETE;
  return shim.system->xDelete(shim.system, name, sync_folder);
}
int Access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  Shim& shim = ShimOf(vfs);
  return shim.system->xAccess(shim.system, name, flags, result);
}
int FullPathname(sqlite3_vfs* vfs, const char* name, int size, char* to) {
  Shim& shim = ShimOf(vfs);
  return shim.system->xFullPathname(shim.system, name, size, to);
}

}  // namespace

struct FaultyVfs::State {
  Shim shim;
};

FaultyVfs::FaultyVfs(std::string name, int64_t fail_at, Loss loss)
    : state_(std::make_unique<State>()) {
  Shim& shim = state_->shim;
  shim.system = sqlite3_vfs_find(nullptr);
  shim.name = std::move(name);
  shim.fail_at = fail_at;
  shim.forgets = loss == Loss::kUnsynced;
  shim.vfs = *shim.system;  // randomness, sleep and time of the system VFS
  shim.vfs.pNext = nullptr;
  shim.vfs.szOsFile = static_cast<int>(sizeof(File)) + shim.system->szOsFile;
  shim.vfs.zName = shim.name.c_str();
  shim.vfs.pAppData = &shim;
  shim.vfs.xOpen = Open;
  shim.vfs.xDelete = Delete;
  shim.vfs.xAccess = Access;
  shim.vfs.xFullPathname = FullPathname;
  sqlite3_vfs_register(&shim.vfs, 0);
}

FaultyVfs::~FaultyVfs() { sqlite3_vfs_unregister(&state_->shim.vfs); }

const char* FaultyVfs::name() const { return state_->shim.name.c_str(); }

int64_t FaultyVfs::operations() const {
  const base::MutexLock lock(state_->shim.mutex);
  return state_->shim.operations;
}

bool FaultyVfs::struck() const {
  const base::MutexLock lock(state_->shim.mutex);
  return state_->shim.dead;
}

}  // namespace marquee::devices
