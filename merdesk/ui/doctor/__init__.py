"""What is wrong with the datasets: findings, evidence to look at and to hear, repairs."""
