// Stand-in for the CNI plugin sriov: built and put in place as the real one is, and called by nobody.
package main

func main() { println("stand-in for sriov-cni 2.6.1") }
