# The scripts themselves are tried in the shells; here is what is said when there is none to print.
$ ltx completion
$ ltx completion tcsh
$ ltx completion toString
$ ltx completion bash zsh
$ ltx completion -shell bash
$ ltx completion -h
