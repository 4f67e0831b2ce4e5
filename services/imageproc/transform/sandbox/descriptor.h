// RAII for file descriptors and for memory shared by descriptor.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace marquee::imageproc::sandbox {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Close();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }
  void Close();

 private:
  int number_ = -1;
};

// A mapping of the whole memory of a descriptor.
class Mapping {
 public:
  Mapping() = default;
  ~Mapping();
  Mapping(Mapping&& other) noexcept
      : address_(std::exchange(other.address_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Mapping& operator=(Mapping&&) = delete;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // kInternal: out of memory, or the memory has fewer than `size` bytes.
  static absl::StatusOr<Mapping> Map(const Descriptor& memory, size_t size, bool writable);

  std::span<uint8_t> bytes() const { return {static_cast<uint8_t*>(address_), size_}; }

 private:
  Mapping(void* address, size_t size) : address_(address), size_(size) {}

  void* address_ = nullptr;
  size_t size_ = 0;
};

// An anonymous file of this size that can neither grow nor shrink, so that a mapping stays readable
// whatever the other process does. kInternal: out of memory or descriptors.
absl::StatusOr<Descriptor> MakeMemory(size_t size);

}  // namespace marquee::imageproc::sandbox
