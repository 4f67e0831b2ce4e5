// libjpeg reports errors by longjmp; Try is the target of the jump. No object with a destructor may
// exist between a call into libjpeg and the enclosing Try.
#pragma once

#include <absl/status/status.h>
#include <fmt/format.h>
#include <jerror.h>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstdio>  // required by jpeglib.h

namespace marquee::imageproc {

class JpegErrors {
 public:
  JpegErrors() {
    jpeg_std_error(&manager_.base);
    manager_.base.error_exit = &JpegErrors::Exit;
    // Warnings are about defects that browsers ignore too, except one.
    manager_.base.emit_message = [](j_common_ptr codec, int level) {
      if (level < 0 && codec->err->msg_code == JWRN_HIT_MARKER) {
        reinterpret_cast<Manager*>(codec->err)->truncated = true;
      }
    };
    manager_.base.output_message = [](j_common_ptr) {};
  }
  JpegErrors(const JpegErrors&) = delete;
  JpegErrors& operator=(const JpegErrors&) = delete;

  jpeg_error_mgr* manager() { return &manager_.base; }

  // Whether the data of a scan ended before its rows did; libjpeg then invents the rest.
  bool truncated() const { return manager_.truncated; }

  // False: a libjpeg call in `work` ended by Exit or Jump.
  template <class Work>
  bool Try(const Work& work) {
    if (setjmp(manager_.landing) != 0) return false;
    work();
    return true;
  }

  // The error; "cannot be decoded: …".
  absl::Status Damage() const {
    return absl::FailedPreconditionError(fmt::format("cannot be decoded: {}", message_.data()));
  }

  // For callbacks from libjpeg that cannot continue.
  static void Jump(j_common_ptr codec) {
    std::longjmp(reinterpret_cast<Manager*>(codec->err)->landing, 1);
  }

 private:
  struct Manager {
    jpeg_error_mgr base;  // must be the first member: libjpeg casts to it
    std::jmp_buf landing;
    char* message;
    bool truncated;
  };

  static void Exit(j_common_ptr codec) {
    codec->err->format_message(codec, reinterpret_cast<Manager*>(codec->err)->message);
    Jump(codec);
  }

  std::array<char, JMSG_LENGTH_MAX> message_{};
  Manager manager_{.base = {}, .landing = {}, .message = message_.data(), .truncated = false};
};

}  // namespace marquee::imageproc
