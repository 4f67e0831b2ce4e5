// A way to the file system that breaks, for tests: at the n-th write, sync, truncation or deletion
// the power goes. From then on every operation fails, and what was written to a file since its last
// sync is taken back, as a disk with a cache would lose it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace marquee::devices {

class FaultyVfs {
 public:
  enum class Loss {
    kNothing,   // the process ends: what was written stays
    kUnsynced,  // the power goes: what was not synced is lost
  };

  static constexpr int64_t kNever = 0;

  // Registers itself with SQLite under name(). At most one of a name at a time. Breaks at operation
  // `fail_at`, counted from 1, or kNever.
  FaultyVfs(std::string name, int64_t fail_at, Loss loss);
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const char* name() const;
  // Operations so far; whether the fault has struck.
  int64_t operations() const;
  bool struck() const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace marquee::devices
