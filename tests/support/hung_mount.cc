// Mounts a file system that never answers over a folder, like a network share whose server has
// vanished. Only signals that end a process end its calls, as with NFS.
//
//   hung_mount FOLDER    prints "mounted", then "request" for each call that hangs; unmounts when
//                        standard input closes
//
// Exit code 77: mounting is not permitted here (CAP_SYS_ADMIN and /dev/fuse are needed).
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

namespace {

// Room for the largest request that the kernel may send (FUSE_MIN_READ_BUFFER and more).
constexpr size_t kRequestBytes = 1UL << 17;

template <class T>
T ReadAs(const std::vector<char>& bytes, size_t at) {
  T value = {};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void Reply(int device, uint64_t request, int error, const void* body, size_t length) {
  fuse_out_header head = {};
  head.len = static_cast<uint32_t>(sizeof head + length);
  head.error = -error;
  head.unique = request;
  std::vector<char> bytes(head.len);
  std::memcpy(bytes.data(), &head, sizeof head);
  if (length > 0) std::memcpy(bytes.data() + sizeof head, body, length);
  if (write(device, bytes.data(), bytes.size()) < 0) std::perror("reply");
}

// Reads one request; answers only the handshake and interrupted ones. False: unmounted.
bool Serve(int device) {
  std::vector<char> bytes(kRequestBytes);
  if (read(device, bytes.data(), bytes.size()) < 0) return errno != ENODEV;
  const auto head = ReadAs<fuse_in_header>(bytes, 0);
  if (head.opcode == FUSE_INIT) {
    fuse_init_out init = {};
    init.major = FUSE_KERNEL_VERSION;
    init.minor = FUSE_KERNEL_MINOR_VERSION;
    init.max_write = 4096;
    Reply(device, head.unique, 0, &init, sizeof init);
  } else if (head.opcode == FUSE_INTERRUPT) {
    const auto which = ReadAs<fuse_interrupt_in>(bytes, sizeof(fuse_in_header));
    Reply(device, which.unique, EINTR, nullptr, 0);
  } else {
    std::puts("request");
    std::fflush(stdout);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: hung_mount FOLDER\n", stderr);
    return 2;
  }
  // The reader of standard output may be gone before standard input is closed.
  signal(SIGPIPE, SIG_IGN);  // NOLINT(concurrency-mt-unsafe): there is one thread
  const char* const folder = argv[1];
  const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  const std::string options =
      fmt::format("fd={},rootmode=40000,user_id=0,group_id=0,allow_other", device);
  if (device < 0 ||
      mount("hung_mount", folder, "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
    fmt::print(stderr, "cannot mount: {}\n", std::generic_category().message(errno));
    return 77;
  }
  std::puts("mounted");
  std::fflush(stdout);
  std::array<pollfd, 2> waits = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{device, POLLIN, 0}};
  while (poll(waits.data(), waits.size(), -1) > 0 && waits[0].revents == 0) {
    if (waits[1].revents != 0 && !Serve(device)) break;
  }
  umount2(folder, MNT_DETACH);
  return 0;
}
