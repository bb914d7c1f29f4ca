// Stand-in for CoreDNS: answers the probes of kubeadm's Deployment, and no question about names.
package main

import (
	"log"
	"net/http"
)

func main() {
	yes := http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) { answer.Write([]byte("OK\n")) })
	go func() { log.Fatal(http.ListenAndServe(":8181", yes)) }() // readiness
	log.Fatal(http.ListenAndServe(":8080", yes))                 // liveness
}
