# cmake -DNPM=… -DFROM=… -DTO=… -P install_packages.cmake: installs the packages that the control room
# is bundled from, as pinned by the lock file, without running their scripts.
file(MAKE_DIRECTORY ${TO})
file(COPY ${FROM}/package.json ${FROM}/package-lock.json DESTINATION ${TO})
execute_process(
  COMMAND ${NPM} ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error
  WORKING_DIRECTORY ${TO}
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "npm could not install the packages of the control room (/admin): without access to an npm "
                      "registry, configure with -DMARQUEE_CONTROL_ROOM=OFF to build without the control room")
endif()
file(TOUCH ${TO}/installed)
