// An SQLite VFS that simulates a power loss in tests, at the n-th write, sync, truncation or
// deletion. From then on every operation fails, and data written to a file since its last sync are
// discarded, as a disk with a cache would lose them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace marquee::devices {

class FaultyVfs {
 public:
  enum class Loss {
    kNothing,   // the process ends: written data are kept
    kUnsynced,  // the power fails: unsynced data are lost
  };

  static constexpr int64_t kNever = 0;

  // Registers itself with SQLite as name(), which must be unique. Fails at operation `fail_at`,
  // counted from 1, or kNever.
  FaultyVfs(std::string name, int64_t fail_at, Loss loss);
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const char* name() const;
  // Number of operations so far; whether the fault has occurred.
  int64_t operations() const;
  bool struck() const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace marquee::devices
