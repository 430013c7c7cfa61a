# SPDX-License-Identifier: MIT
# `cpack -G DEB`, or the target `package`, makes libtutti-dev_<version>_all.deb.
include_guard()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "the tutti authors")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME libtutti-dev)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++ (>= 4:12), cmake, nlohmann-json3-dev")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "A header-only tensor library with NumPy's vocabulary. Formulas are lazy; an
assignment plans them, fuses what can be fused, and runs on all SIMD lanes and
cores.")
# Debian wants the licence in this place too.
set(CPACK_INSTALLED_DIRECTORIES ${CMAKE_CURRENT_BINARY_DIR}/debian usr/share/doc/libtutti-dev)
configure_file(LICENSE debian/copyright COPYONLY)
include(CPack)
