#include "services/imageproc/transform/sandbox/confine.h"

#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <system_error>
#include <type_traits>

#include "libs/base/sanitizers.h"
#include "libs/base/status.h"

namespace marquee::imageproc::sandbox {
namespace {

struct Release {
  void operator()(scmp_filter_ctx filter) const { seccomp_release(filter); }
};

absl::Status Failed(const char* call, int error) {
  return absl::InternalError(fmt::format("{}: {}", call, std::generic_category().message(error)));
}

absl::Status Limit(__rlimit_resource resource, uint64_t most) {
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  return setrlimit(resource, &limit) == 0 ? absl::OkStatus() : Failed("setrlimit", errno);
}

absl::Status LimitMemory(uint64_t more_bytes) {
  // Sanitizers reserve terabytes of address space.
  if (base::kSanitized) return absl::OkStatus();
  // proc(5): the first number is the count of mapped pages.
  uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  if (pages == 0) return absl::InternalError("/proc/self/statm cannot be read");
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return Limit(RLIMIT_AS, pages * page + more_bytes);
}

// System calls of libc, GLib, libvips, libheif and their codecs while they decode from memory.
constexpr int kAllowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(lseek),
    SCMP_SYS(pread64),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(get_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(poll),
};

// Equivalent of libseccomp's macros, which use C99 syntax.
scmp_arg_cmp FirstArgument(scmp_compare how, uint64_t a, uint64_t b) {
  return {.arg = 0, .op = how, .datum_a = a, .datum_b = b};
}

absl::Status Filter() {
  const std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, Release> filter(
      seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (filter == nullptr) return absl::InternalError("seccomp_init failed");
  int result = 0;
  for (const int call : kAllowed) {
    if (result == 0) result = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  }
  // Allows threads but not processes. glibc falls back to clone if clone3 is unknown; the flags of
  // clone3 cannot be inspected.
  if (result == 0) {
    result = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              FirstArgument(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  }
  if (result == 0) {
    result = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  }
  // Sanitizers use a pipe to check whether memory is readable.
  if (result == 0 && base::kSanitized) {
    result = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(pipe2), 0);
  }
  // Allows setting thread names.
  if (result == 0) {
    result = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                              FirstArgument(SCMP_CMP_EQ, PR_SET_NAME, 0));
  }
  if (result == 0) result = seccomp_load(filter.get());
  return result == 0 ? absl::OkStatus() : Failed("seccomp", -result);
}

}  // namespace

absl::Status Confine(uint64_t more_bytes) {
  MARQUEE_RETURN_IF_ERROR(LimitMemory(more_bytes));
  MARQUEE_RETURN_IF_ERROR(Limit(RLIMIT_CORE, 0));
  MARQUEE_RETURN_IF_ERROR(Limit(RLIMIT_FSIZE, 0));
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return Failed("prctl", errno);
  return Filter();
}

}  // namespace marquee::imageproc::sandbox
