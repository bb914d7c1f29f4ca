// Stand-in for the CNI plugin multus: built and put in place as the real one is, and called by nobody, since the stand-in for its
// DaemonSet writes no CNI configuration.
package main

func main() { println("stand-in for multus 3.8") }
