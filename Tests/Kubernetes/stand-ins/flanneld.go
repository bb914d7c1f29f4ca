// Stand-in for flanneld on a cluster of one node: writes the subnet file that the CNI plugin reads, as flanneld does, and
// stays. The subnet is the first /24 of the network; there is no VXLAN interface, since there is no other node.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

const subnetFile = "/run/flannel/subnet.env"

func subnet() (string, error) {
	var configuration struct{ Network string }
	text, err := os.ReadFile("/etc/kube-flannel/net-conf.json")
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(text, &configuration); err != nil {
		return "", fmt.Errorf("net-conf.json: %w", err)
	}
	_, network, err := net.ParseCIDR(configuration.Network)
	if err != nil {
		return "", fmt.Errorf("net-conf.json: %w", err)
	}
	gateway := append(net.IP{}, network.IP.To4()...)
	gateway[3]++
	return fmt.Sprintf("FLANNEL_NETWORK=%s\nFLANNEL_SUBNET=%s/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n", network, gateway), nil
}

func main() {
	text, err := subnet()
	if err == nil {
		// Renamed into place: a plugin that looks meanwhile must not see half of it.
		err = os.WriteFile(subnetFile+".new", []byte(text), 0o644)
	}
	if err == nil {
		err = os.Rename(subnetFile+".new", subnetFile)
	}
	if err != nil {
		log.Fatal("flanneld stand-in: ", err)
	}
	log.Print("flanneld stand-in: up")
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	<-end
}
