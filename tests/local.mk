# test_<module> tests <folder>/<module>.c and links nothing else of that folder.

include tests/mock/local.mk
