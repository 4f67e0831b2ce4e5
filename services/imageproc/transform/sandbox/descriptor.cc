#include "services/imageproc/transform/sandbox/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace marquee::imageproc::sandbox {
namespace {

absl::Status Failed(const char* call) {
  return absl::InternalError(fmt::format("{}: {}", call, std::generic_category().message(errno)));
}

}  // namespace

void Descriptor::Close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Mapping::~Mapping() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

absl::StatusOr<Mapping> Mapping::Map(const Descriptor& memory, size_t size, bool writable) {
  struct stat about{};
  if (::fstat(memory.get(), &about) != 0) return Failed("fstat");
  if (size == 0 || about.st_size < 0 || static_cast<uint64_t>(about.st_size) < size) {
    return absl::InternalError("shared memory is smaller than announced");
  }
  const int access = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* address = ::mmap(nullptr, size, access, MAP_SHARED, memory.get(), 0);
  if (address == MAP_FAILED) return Failed("mmap");
  return Mapping(address, size);
}

absl::StatusOr<Descriptor> MakeMemory(size_t size) {
  Descriptor memory(::memfd_create("marquee-image", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory.valid()) return Failed("memfd_create");
  if (::ftruncate(memory.get(), static_cast<off_t>(size)) != 0) return Failed("ftruncate");
  if (::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return Failed("fcntl(F_ADD_SEALS)");
  }
  return memory;
}

}  // namespace marquee::imageproc::sandbox
